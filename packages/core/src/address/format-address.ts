import type { Address } from "./address.ts";

/** The canonical text: dotted decimal, or RFC 5952 (IPv4-mapped addresses with a dotted tail, as §5 advises). */
export function formatAddress(address: Address): string {
  return address.family === 4 ? formatIpv4(Number(address.value)) : formatIpv6(address.value);
}

function formatIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

const MAPPED = 0xffffn;

function formatIpv6(value: bigint): string {
  if (value >> 32n === MAPPED) return `::ffff:${formatIpv4(Number(value & 0xffffffffn))}`;
  const hex = value.toString(16).padStart(32, "0");
  const groups = Array.from({ length: 8 }, (_, index) => Number.parseInt(hex.slice(index * 4, index * 4 + 4), 16));
  const zeros = longestZeros(groups);
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(":");
  if (zeros.length < 2) return text(groups);
  return `${text(groups.slice(0, zeros.start))}::${text(groups.slice(zeros.start + zeros.length))}`;
}

/** The first of the longest runs of zero groups: what `::` stands for (RFC 5952 §4.2). */
function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let longest = { start: 0, length: 0 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > longest.length) longest = { start: index - length + 1, length };
  }
  return longest;
}
