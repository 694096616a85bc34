import { wildcardAddress } from "../address/classify.ts";
import type { HeldPort } from "../contracts/platform.ts";

interface Claim {
  readonly address: string;
  readonly wildcard: boolean;
  readonly family: number;
  readonly owner: string;
}

/** Who of us has which host port, so that two of our own are told apart before the host is asked. */
export class PortClaims {
  /** By protocol and number. */
  readonly #claims = new Map<string, Claim[]>();

  /** Claims the port, or tells which claim is in the way: one on the same address, or on all of that family. */
  claim(port: HeldPort, owner: string): { readonly address: string; readonly owner: string } | undefined {
    const key = keyOf(port);
    const wanted = toClaim(port, owner);
    const others = this.#claims.get(key);
    const clash = others?.find((other) => clashes(other, wanted));
    if (clash === undefined) this.#claims.set(key, others === undefined ? [wanted] : [...others, wanted]);
    return clash;
  }

  has(port: HeldPort): boolean {
    return this.#claims.get(keyOf(port))?.some(({ address }) => address === port.address) ?? false;
  }

  drop(port: HeldPort): void {
    const rest = this.#claims.get(keyOf(port))?.filter(({ address }) => address !== port.address) ?? [];
    if (rest.length === 0) this.#claims.delete(keyOf(port));
    else this.#claims.set(keyOf(port), rest);
  }
}

const keyOf = ({ protocol, port }: HeldPort): string => `${protocol}/${port}`;

function toClaim({ address }: HeldPort, owner: string): Claim {
  const family = address.includes(":") ? 6 : 4;
  return { address, wildcard: address === wildcardAddress(family), family, owner };
}

function clashes(a: Claim, b: Claim): boolean {
  return a.family === b.family && (a.wildcard || b.wildcard || a.address === b.address);
}
