import { createHash, randomUUID } from "node:crypto";
import { CnmError } from "@cnm/core";

declare const brand: unique symbol;

/** Exists for the type alone. */
export interface GuidBrand {
  readonly [brand]: "guid";
}

/** A GUID as HNS writes it in documents: without braces; here always in lower case, so that equal ones are equal texts. */
export type Guid = string & GuidBrand;

const TEXT = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i;

export const isGuid = (text: string): boolean => TEXT.test(text);

/** Throws CnmError `invalid` for any other text. Braces and upper case are taken. */
export function guid(text: string): Guid {
  const digits = TEXT.exec(text)?.[1];
  if (digits === undefined) throw new CnmError("invalid", "guid", `"${text}" is no GUID`);
  return digits.toLowerCase() as Guid;
}

/** HNS chooses an id itself, or takes the one in the settings, when it is given this one. */
export const GUID_NULL = guid("00000000-0000-0000-0000-000000000000");

export const newGuid = (): Guid => guid(randomUUID());

/** The same GUID for the same text, always: the id of an object that is found again by what it was made for (RFC 9562, 5.8). */
export function guidOf(text: string): Guid {
  const bytes = createHash("sha256").update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return guid([hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-"));
}
