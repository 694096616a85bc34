import { IPv6 } from "ip-num";
import { CnmError } from "../errors/cnm-error.ts";
import type { Family } from "../model/network.ts";

/** One IP address as a number. An IPv4-mapped IPv6 address is an IPv6 address. */
export interface Address {
  readonly family: Family;
  /** 0 … 2^32 − 1 or 2^128 − 1, most significant byte first. */
  readonly value: bigint;
}

/** How many bits an address of the family has. */
export const addressBits = (family: Family): 32 | 128 => (family === 4 ? 32 : 128);

/**
 * The address in a text: dotted decimal without leading zeros, or any form of RFC 4291 §2.2 without a zone.
 * @throws CnmError `invalid` "invalid-address" that says what is wrong with the text.
 * @example parseAddress("fd07::1").value === 0xfd070000000000000000000000000001n
 */
export function parseAddress(text: string): Address {
  const address = readAddress(text);
  if (typeof address !== "string") return address;
  throw new CnmError("invalid", "invalid-address", `${JSON.stringify(text)} is no IP address: ${address}`);
}

/** {@link parseAddress} for callers that gather faults: the address, or what is wrong with the text. */
export function readAddress(text: string): Address | string {
  if (!text.includes(":")) {
    const value = readIpv4(text);
    return value === undefined ? ipv4Fault(text) : { family: 4, value: BigInt(value) };
  }
  const value = readPlainIpv6(text) ?? readAnyIpv6(text);
  return value === undefined ? ipv6Fault(text) : { family: 6, value };
}

/** Strict dotted decimal, by hand: this runs for every address of every container, and ip-num takes 3 µs for it. */
function readIpv4(text: string): number | undefined {
  let value = 0;
  let octet = -1;
  let octets = 0;
  for (let at = 0; at <= text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) {
      if (octet === 0) return undefined;
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return undefined;
    } else {
      if (octet < 0 || (at < text.length && text[at] !== ".")) return undefined;
      value = value * 256 + octet;
      octet = -1;
      octets++;
    }
  }
  return octets === 4 ? value : undefined;
}

const PLAIN_IPV6 = /^[0-9a-f:]{2,39}$/;

/**
 * The form that we write ourselves (RFC 5952 without a dotted tail), for the same reason; undefined says only that
 * ip-num has to look at it.
 */
function readPlainIpv6(text: string): bigint | undefined {
  if (!PLAIN_IPV6.test(text)) return undefined;
  const halves = text.split("::");
  const [before, after] = halves.map((half) => (half === "" ? [] : half.split(":")));
  if (before === undefined || halves.length > 2) return undefined;
  const missing = 8 - before.length - (after?.length ?? 0);
  if (after === undefined ? missing !== 0 : missing < 1) return undefined;

  let hex = "0x";
  for (const group of [...before, ...new Array<string>(missing).fill("0"), ...(after ?? [])]) {
    if (group === "" || group.length > 4) return undefined;
    hex += group.padStart(4, "0");
  }
  return BigInt(hex);
}

const LONGEST_IPV6 = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".length;

function readAnyIpv6(text: string): bigint | undefined {
  // ip-num drops a zone silently, but an address with a zone means one link only.
  if (text.length > LONGEST_IPV6 || text.includes("%")) return undefined;
  try {
    return new IPv6(text).value;
  } catch {
    return undefined;
  }
}

function ipv4Fault(text: string): string {
  const general = generalFault(text);
  if (general !== undefined) return general;
  const octets = text.split(".");
  if (octets.length !== 4) return 'it is neither four numbers with dots ("10.7.0.1") nor IPv6 ("fd07::1")';
  const wrong = octets.find((octet) => !/^(0|[1-9]\d{0,2})$/.test(octet) || Number(octet) > 255) ?? "";
  if (/^0\d+$/.test(wrong)) return `${JSON.stringify(wrong)} has a leading zero`;
  return `${JSON.stringify(wrong)} is no number from 0 to 255`;
}

function ipv6Fault(text: string): string {
  if (text.includes("%")) return "zone ids are not allowed here";
  if (text.startsWith("[")) return "brackets are not allowed here";
  return generalFault(text) ?? "it is not eight groups of one to four hex digits, of which :: may stand for some zeros";
}

function generalFault(text: string): string | undefined {
  if (text === "") return "it is empty";
  if (/\s/.test(text)) return "it has a space in it";
  if (text.includes("/")) return "it has a prefix length, which does not belong here";
  return undefined;
}
