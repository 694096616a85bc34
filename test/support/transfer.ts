import { createHash } from "node:crypto";
import type { Socket } from "node:net";

/** What comes over a connection, taken in portions: up to so many bytes, and then no more until the next is asked for. */
export class Transfer {
  readonly #pieces: AsyncIterator<Buffer>;
  readonly #hash = createHash("sha256");
  #received = 0;

  constructor(socket: Socket) {
    this.#pieces = socket[Symbol.asyncIterator]();
  }

  /** How much has come. */
  get received(): number {
    return this.#received;
  }

  /** Takes pieces until there are so many bytes in all. @throws when the connection breaks, or ends before that */
  async until(bytes: number): Promise<void> {
    while (this.#received < bytes) {
      const { done, value } = await this.#pieces.next();
      if (done === true) throw new Error(`the connection has ended after ${this.#received} bytes`);
      this.#received += value.length;
      this.#hash.update(value);
    }
  }

  /** Takes the rest. The SHA-256 of everything. */
  async end(): Promise<string> {
    for (;;) {
      const { done, value } = await this.#pieces.next();
      if (done === true) return this.#hash.digest("hex");
      this.#received += value.length;
      this.#hash.update(value);
    }
  }
}
