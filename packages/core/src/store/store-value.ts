import type { StoreValue } from "../contracts/store.ts";
import { CnmError } from "../errors/cnm-error.ts";

/** Text is what stores keep: it cannot be changed by those who hold the value that went in or came out. */
export function encodeValue(key: string, value: StoreValue): string {
  let text: string | undefined;
  let cause: unknown;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    cause = error;
  }
  if (text !== undefined) return text;
  throw new CnmError("invalid", "store-value", `the value for store key ${JSON.stringify(key)} is not JSON`, { cause });
}

export const decodeValue = (text: string): StoreValue => JSON.parse(text);
