import { CnmError } from "../errors/cnm-error.ts";

const LONGEST = 1024;

/** Refuses what is no "/"-separated path of ASCII characters with at most 1,024 of them, or has an empty part. */
export function checkKey(key: string): string {
  // Without pieces of it: keys are checked in each transaction.
  if (key === "" || key.startsWith("/") || key.endsWith("/") || key.includes("//")) {
    throw badKey(key, "has an empty part");
  }
  return checkPrefix(key);
}

/** A prefix is the start of a key, so it may be empty or end with "/". */
export function checkPrefix(prefix: string): string {
  if (/[^\x00-\x7f]/.test(prefix)) throw badKey(prefix, "has characters outside of ASCII");
  if (prefix.length > LONGEST) throw badKey(`${prefix.slice(0, 64)}…`, `is longer than ${LONGEST} bytes`);
  return prefix;
}

/** All keys with the prefix are at or behind it and before this: no character of a key is as high. */
export const endOfPrefix = (prefix: string): string => `${prefix}\x80`;

function badKey(key: string, fault: string): CnmError {
  return new CnmError("invalid", "store-key", `store key ${JSON.stringify(key)} ${fault}`);
}
