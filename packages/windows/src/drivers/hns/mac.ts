import { parseMac, readMac } from "@cnm/core";

/** From the first to the last, both included. */
export interface MacRange {
  readonly first: string;
  readonly last: string;
}

/** HNS writes 00-15-5D-0A-07-02. */
export const hnsMac = (mac: string): string => mac.toUpperCase().replaceAll(":", "-");
export const modelMac = (mac: string): string => mac.toLowerCase().replaceAll("-", ":");

/** "start,end,start,end…" in Docker's way; or what is wrong with it, in Docker's words. */
export function readMacPool(text: string): readonly MacRange[] | string {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.length % 2 !== 0) return "Invalid mac pool. You must specify both a start range and an end range";
  const bad = parts.find((part) => typeof readMac(part) === "string");
  if (bad !== undefined) return `Invalid mac pool. ${JSON.stringify(bad)} is no MAC address: ${String(readMac(bad))}`;
  const ranges = parts.flatMap((first, at): readonly MacRange[] => {
    const last = parts[at + 1];
    return at % 2 === 0 && last !== undefined ? [{ first: modelMac(first), last: modelMac(last) }] : [];
  });
  const reversed = ranges.find(({ first, last }) => numberOf(first) > numberOf(last));
  return reversed === undefined ? ranges : `Invalid mac pool. ${reversed.first} comes after ${reversed.last}`;
}

export const isInPool = (ranges: readonly MacRange[], mac: string): boolean =>
  ranges.some(({ first, last }) => numberOf(first) <= numberOf(mac) && numberOf(mac) <= numberOf(last));

const numberOf = (mac: string): bigint => BigInt(`0x${Buffer.from(parseMac(mac)).toString("hex")}`);
