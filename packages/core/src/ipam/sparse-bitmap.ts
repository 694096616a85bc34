const WORD = 32;
const ALL = -1;

/**
 * A set of whole numbers below `size` (at most 2^53) that finds the lowest absent one fast.
 *
 * Words of 32 bits exist only where there are members. Words that are full are members of a bitmap of the same kind one
 * level up, and so on: a search skips whole subtrees, so that it costs log32(size) steps however full the set is.
 */
export class SparseBitmap {
  readonly #size: number;
  readonly #words = new Map<number, number>();
  #full: SparseBitmap | undefined;

  constructor(size: number) {
    this.#size = size;
  }

  has(member: number): boolean {
    return ((this.#words.get(wordOf(member)) ?? 0) & maskOf(member)) !== 0;
  }

  add(member: number): void {
    const index = wordOf(member);
    const word = (this.#words.get(index) ?? 0) | maskOf(member);
    this.#words.set(index, word);
    if (word !== ALL) return;
    this.#full ??= new SparseBitmap(Math.ceil(this.#size / WORD));
    this.#full.add(index);
  }

  delete(member: number): void {
    const index = wordOf(member);
    const before = this.#words.get(index);
    if (before === undefined) return;
    const word = before & ~maskOf(member);
    if (word === 0) this.#words.delete(index);
    else this.#words.set(index, word);
    if (before === ALL && word !== ALL) this.#full?.delete(index);
  }

  /** The lowest number from `from` on that is no member; undefined when all of them are. */
  firstAbsent(from = 0): number | undefined {
    if (from >= this.#size) return undefined;
    const index = wordOf(from);
    const here = ~(this.#words.get(index) ?? 0) & (ALL << (from % WORD));
    if (here !== 0) return this.#within(index, here);
    const next = this.#full === undefined ? index + 1 : this.#full.firstAbsent(index + 1);
    return next === undefined ? undefined : this.#within(next, ~(this.#words.get(next) ?? 0));
  }

  /** The lowest of a word's candidates. The last word may reach beyond the size. */
  #within(index: number, candidates: number): number | undefined {
    const found = index * WORD + (31 - Math.clz32(candidates & -candidates));
    return found < this.#size ? found : undefined;
  }
}

/** No shifts: they would cut indexes to 32 bits. */
const wordOf = (member: number): number => Math.floor(member / WORD);
const maskOf = (member: number): number => 1 << (member % WORD);
