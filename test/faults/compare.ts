/** A sentence for each that is missing and each that should not be there. */
export function compare(what: string, wanted: Iterable<string>, found: Iterable<string>): readonly string[] {
  const [want, have] = [[...wanted], [...found]];
  const missing = want.filter((one) => !have.includes(one)).map((one) => `${what}: ${one} is missing`);
  const extra = have.filter((one) => !want.includes(one)).map((one) => `${what}: ${one} should not be there`);
  const twice = have.filter((one, at) => have.indexOf(one) !== at).map((one) => `${what}: ${one} is there twice`);
  return [...missing, ...extra, ...twice];
}
