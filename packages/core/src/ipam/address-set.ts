import { type Prefix, prefixSize } from "../address/prefix.ts";
import { SparseBitmap } from "./sparse-bitmap.ts";

/** Far more than any host can ever hand out one after the other, and exact in a double. */
const SEARCHABLE = 2n ** 48n;

/**
 * A set of addresses of any size of network, up to ::/0. Free ones are searched from the start of `range`; only the
 * first 2^48 addresses of it are searchable, so that the bitmap can count with plain numbers. What lies elsewhere gets
 * there by name only, and is kept in a hash set.
 */
export class AddressSet {
  readonly #start: bigint;
  readonly #count: bigint;
  readonly #near: SparseBitmap;
  readonly #far = new Set<bigint>();

  constructor(range: Prefix) {
    const size = prefixSize(range);
    this.#start = range.value;
    this.#count = size < SEARCHABLE ? size : SEARCHABLE;
    this.#near = new SparseBitmap(Number(this.#count));
  }

  has(value: bigint): boolean {
    const index = this.#index(value);
    return index === undefined ? this.#far.has(value) : this.#near.has(index);
  }

  add(value: bigint): void {
    const index = this.#index(value);
    if (index === undefined) this.#far.add(value);
    else this.#near.add(index);
  }

  delete(value: bigint): void {
    const index = this.#index(value);
    if (index === undefined) this.#far.delete(value);
    else this.#near.delete(index);
  }

  /** The lowest absent address of the range, from `from` on where that is given. */
  firstAbsent(from = this.#start): bigint | undefined {
    const index = this.#index(from);
    const found = index === undefined ? undefined : this.#near.firstAbsent(index);
    return found === undefined ? undefined : this.#start + BigInt(found);
  }

  #index(value: bigint): number | undefined {
    const offset = value - this.#start;
    return offset >= 0n && offset < this.#count ? Number(offset) : undefined;
  }
}
