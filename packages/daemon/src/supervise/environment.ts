/** The environment of a program: what is given, and a path to find others on. */
export function environment(given: readonly string[]): NodeJS.ProcessEnv {
  const entries = given.map((entry): [string, string] => {
    const at = entry.indexOf("=");
    return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
  });
  const path = process.env["PATH"] ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  return { PATH: path, ...Object.fromEntries(entries) };
}
