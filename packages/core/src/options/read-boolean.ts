/** Docker takes what Go's strconv.ParseBool takes; so do we, as far as it is written in the wild. */
const WORDS: Readonly<Record<string, boolean>> = { true: true, "1": true, t: true, false: false, "0": false, f: false };

/** The option as a boolean; undefined when it is absent, or wrong, which is added to the faults. */
export function readBoolean(
  options: Readonly<Record<string, string>>,
  name: string,
  faults: string[],
): boolean | undefined {
  const given = options[name];
  if (given === undefined) return undefined;
  const value = Object.hasOwn(WORDS, given.toLowerCase()) ? WORDS[given.toLowerCase()] : undefined;
  if (value === undefined) faults.push(`options.${name} has to be true or false, not ${JSON.stringify(given)}`);
  return value;
}
