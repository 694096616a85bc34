/** The same in another order, each order as likely as the others (Fisher and Yates). */
export function shuffled<T>(of: readonly T[], random: () => number): readonly T[] {
  const out: T[] = [];
  for (const [at, item] of of.entries()) {
    const place = Math.floor(random() * (at + 1));
    // What was there goes to the end; where the place is the end, it is the item itself.
    out.push(out[place] ?? item);
    out[place] = item;
  }
  return out;
}
