import { deepStrictEqual } from "node:assert/strict";
import {
  addressFromBytes,
  addressToBytes,
  canonicalAddress,
  canonicalInterfaceAddress,
  canonicalMac,
  canonicalPrefix,
  parseAddress,
} from "@cnm/core";
import { ipBytes, ipText } from "../../../packages/linux/src/route/ip-bytes.ts";
import type { FuzzTarget } from "../target.ts";
import { textOf, toBytes, toText } from "../texts.ts";

const PIECES = [
  "0",
  "1",
  "9",
  "10",
  "255",
  "256",
  "f",
  "ffff",
  "fd07",
  "00",
  ".",
  ".",
  ":",
  ":",
  "::",
  "/",
  "24",
  "64",
  "128",
  "%eth0",
  "[",
  "]",
  " ",
  "-",
];
const WHOLE = ["10.7.0.2", "fd07::2", "::ffff:10.7.0.2", "2001:db8::/32", "10.0.0.0/8", "02:42:0a:07:00:02"];

const target = (name: string, check: (text: string) => void): FuzzTarget => ({
  name,
  generate: (random) => toBytes(textOf(random, random() < 0.5 ? PIECES : [...PIECES, ...WHOLE], 10)),
  run: (input) => check(toText(input)),
});

/** A canonical text stands for itself. */
const settles = (canonical: (text: string) => string) => (text: string) => {
  const once = canonical(text);
  deepStrictEqual(canonical(once), once);
};

export const addresses = (): readonly FuzzTarget[] => [
  target("address", (text) => {
    settles(canonicalAddress)(text);
    const address = parseAddress(text);
    deepStrictEqual(addressFromBytes(addressToBytes(address)), address);
    // The kernel's side has a converter of its own, for canonical texts.
    deepStrictEqual(ipText(ipBytes(canonicalAddress(text))), canonicalAddress(text));
  }),
  target("prefix", settles(canonicalPrefix)),
  target("interface address", settles(canonicalInterfaceAddress)),
  target("MAC address", settles(canonicalMac)),
];
