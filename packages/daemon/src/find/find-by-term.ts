import { CnmError } from "@cnm/core";

interface Named {
  readonly id: string;
  readonly name: string;
}

/** By whole id, by whole name, by the start of an id: in this order, as Docker looks things up. */
export function findByTerm<T extends Named>(
  items: readonly T[],
  term: string,
  words: { readonly missing: string; readonly ambiguous: (matches: number) => string },
): T {
  const exact = items.find(({ id }) => id === term) ?? items.find(({ name }) => name === term);
  if (exact !== undefined) return exact;
  const candidates = term === "" ? [] : items.filter(({ id }) => id.startsWith(term));
  const [only] = candidates;
  if (only === undefined) throw new CnmError("not-found", "not-found", words.missing);
  if (candidates.length > 1) throw new CnmError("invalid", "ambiguous-id", words.ambiguous(candidates.length));
  return only;
}
