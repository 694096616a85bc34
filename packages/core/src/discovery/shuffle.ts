/** The same in another order, each order as likely as the others (Fisher and Yates). */
export function shuffled<T>(of: readonly T[], random: () => number): readonly T[] {
  if (of.length < 2) return of;
  const rest = [...of];
  const out: T[] = [];
  while (rest.length > 0) out.push(...rest.splice(Math.floor(random() * rest.length), 1));
  return out;
}
