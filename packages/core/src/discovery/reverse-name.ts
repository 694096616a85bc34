import { type Address, readAddress } from "../address/address.ts";

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/i;
const IPV6 = /^((?:[0-9a-f]\.){32})ip6\.arpa$/i;

/** "2.0.7.10.in-addr.arpa" → 10.7.0.2. Undefined for every other name, and for a part of an address. */
export function readReverseName(name: string): Address | undefined {
  const text = ipv4Text(name) ?? ipv6Text(name);
  const address = text === undefined ? undefined : readAddress(text);
  return typeof address === "string" ? undefined : address;
}

function ipv4Text(name: string): string | undefined {
  const match = IPV4.exec(name);
  return match === null ? undefined : match.slice(1).reverse().join(".");
}

function ipv6Text(name: string): string | undefined {
  const digits = IPV6.exec(name)?.[1]?.split(".").slice(0, 32).reverse().join("");
  return digits?.match(/.{4}/g)?.join(":");
}
