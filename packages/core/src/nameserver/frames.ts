import { DNS_HEADER, DNS_MESSAGE } from "./constants.ts";

const LENGTH = 2;

/** DNS messages out of a stream: each is preceded by its length in two bytes (RFC 1035, 4.2.2). */
export class FrameReader {
  readonly #longest: number;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(longest = DNS_MESSAGE) {
    this.#longest = longest;
  }

  push(chunk: Uint8Array): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
  }

  /** The next whole message; undefined: more has to come first; "broken": no DNS message has this length. */
  next(): Uint8Array | "broken" | undefined {
    const [high, low] = this.#rest;
    if (high === undefined || low === undefined) return undefined;
    const length = (high << 8) | low;
    if (length < DNS_HEADER || length > this.#longest) return "broken";
    if (this.#rest.length < LENGTH + length) return undefined;
    const message = this.#rest.subarray(LENGTH, LENGTH + length);
    this.#rest = this.#rest.subarray(LENGTH + length);
    return message;
  }
}

/** A message as it goes into a stream. */
export function frame(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(LENGTH + message.length);
  bytes[0] = message.length >> 8;
  bytes[1] = message.length & 0xff;
  bytes.set(message, LENGTH);
  return bytes;
}
