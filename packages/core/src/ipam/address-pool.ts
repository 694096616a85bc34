import type { Address } from "../address/address.ts";
import { formatAddress } from "../address/format-address.ts";
import { contains, formatPrefix, lastAddress, type Prefix, prefixSize } from "../address/prefix.ts";
import { CnmError } from "../errors/cnm-error.ts";
import { AddressSet } from "./address-set.ts";

const LONGEST_QUARANTINE = 1024n;

/**
 * The addresses of one subnet. Addresses that were given back rest for a while in a quarantine, because neighbours' ARP
 * caches, DNS caches and connection tracking still know their former owners.
 */
export class AddressPool {
  readonly id: string;
  readonly subnet: Prefix;
  readonly #range: Prefix;
  /** In use, reserved or resting. */
  readonly #taken: AddressSet;
  /** Oldest first. */
  readonly #resting = new Set<bigint>();
  readonly #longestRest: bigint;
  #afterLast: bigint | undefined;

  constructor(id: string, subnet: Prefix, range: Prefix = subnet) {
    this.id = id;
    this.subnet = subnet;
    this.#range = range;
    this.#taken = new AddressSet(range);
    this.#longestRest = smaller(LONGEST_QUARANTINE, prefixSize(range) / 4n);
    for (const value of reserved(subnet)) this.#taken.add(value);
  }

  /** The part of the subnet that free addresses come from. */
  get range(): Prefix {
    return this.#range;
  }

  /** Takes this very address; one that rests may be taken by name. */
  take(address: Address): void {
    if (!contains(this.subnet, address)) throw this.#outOfRange(address);
    if (this.#taken.has(address.value) && !this.#resting.delete(address.value)) throw this.#inUse(address);
    this.#taken.add(address.value);
  }

  /** Takes the lowest free address; with `serial`, the next one after the last that was taken so. */
  takeFree(serial: boolean): Address {
    const value =
      (serial ? this.#taken.firstAbsent(this.#afterLast) : undefined) ??
      this.#taken.firstAbsent() ??
      this.#longestRested();
    if (value === undefined) throw this.#exhausted();
    this.#taken.add(value);
    this.#afterLast = value + 1n;
    return { family: this.subnet.family, value };
  }

  /** Puts an address that is in use to rest; any other is left alone. */
  giveBack(address: Address): void {
    const { value } = address;
    if (!contains(this.subnet, address) || reserved(this.subnet).includes(value)) return;
    if (!this.#taken.has(value)) return;
    this.#rest(value);
  }

  /** Puts free addresses to rest. */
  restoreReleased(addresses: readonly Address[]): void {
    for (const address of addresses) {
      if (!contains(this.subnet, address) || this.#taken.has(address.value)) continue;
      this.#taken.add(address.value);
      this.#rest(address.value);
    }
  }

  #rest(value: bigint): void {
    this.#resting.add(value);
    if (BigInt(this.#resting.size) <= this.#longestRest) return;
    for (const oldest of this.#resting) {
      this.#resting.delete(oldest);
      this.#taken.delete(oldest);
      return;
    }
  }

  #longestRested(): bigint | undefined {
    for (const value of this.#resting) {
      if (!contains(this.#range, { family: this.subnet.family, value })) continue;
      this.#resting.delete(value);
      return value;
    }
    return undefined;
  }

  #inUse(address: Address): CnmError {
    const subnet = formatPrefix(this.subnet);
    const role = reservedRole(this.subnet, address.value);
    const why = role === undefined ? `is in use in pool ${subnet}` : `is the ${role} of ${subnet}`;
    return new CnmError("forbidden", "address-in-use", `address ${formatAddress(address)} ${why}`);
  }

  #outOfRange(address: Address): CnmError {
    const message = `address ${formatAddress(address)} is not in pool ${formatPrefix(this.subnet)}`;
    return new CnmError("invalid", "address-out-of-range", message);
  }

  #exhausted(): CnmError {
    const range = this.#range.length === this.subnet.length ? "" : `range ${formatPrefix(this.#range)} of `;
    const message = `no address is left in ${range}pool ${formatPrefix(this.subnet)}`;
    return new CnmError("unavailable", "no-address", message);
  }
}

/** RFC 3021 and RFC 6164: networks of one or two addresses reserve none. */
function reserved(subnet: Prefix): readonly bigint[] {
  if (prefixSize(subnet) <= 2n) return [];
  return subnet.family === 4 ? [subnet.value, lastAddress(subnet).value] : [subnet.value];
}

function reservedRole(subnet: Prefix, value: bigint): string | undefined {
  if (!reserved(subnet).includes(value)) return undefined;
  if (value !== subnet.value) return "broadcast address";
  return subnet.family === 4 ? "network address" : "subnet-router anycast address";
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
