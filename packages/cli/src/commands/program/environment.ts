/** `-e NAME=VALUE`, and `-e NAME` for what the caller has; what he has not is left out. */
export function environmentOf(
  texts: readonly string[],
  own: Readonly<Record<string, string | undefined>>,
): readonly (readonly [string, string])[] {
  return texts.flatMap((text) => {
    const at = text.indexOf("=");
    if (at >= 0) return [[text.slice(0, at), text.slice(at + 1)] as const];
    const value = own[text];
    return value === undefined ? [] : [[text, value] as const];
  });
}
