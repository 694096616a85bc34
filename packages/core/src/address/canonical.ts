import { parseAddress } from "./address.ts";
import { formatAddress } from "./format-address.ts";
import { formatPrefix, parseInterfaceAddress, parsePrefix } from "./prefix.ts";

/** "FD07:0::1" → "fd07::1". @throws CnmError `invalid` "invalid-address" */
export const canonicalAddress = (text: string): string => formatAddress(parseAddress(text));

/** "FD07:0::/64" → "fd07::/64". @throws CnmError `invalid` "invalid-prefix", also when host bits are set */
export const canonicalPrefix = (text: string): string => formatPrefix(parsePrefix(text));

/** "FD07:0::1/64" → "fd07::1/64". @throws CnmError `invalid` "invalid-prefix" */
export const canonicalInterfaceAddress = (text: string): string => formatPrefix(parseInterfaceAddress(text));
