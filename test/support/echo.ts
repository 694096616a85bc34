import { once } from "node:events";
import type { Socket } from "node:net";
import type { Namespace } from "@cnm/linux";
import { expect } from "vitest";
import type { Conversation } from "./conversation.ts";

/** A connection to a program that echoes, and what comes back on it. */
export class Echo {
  readonly #socket: Socket;
  readonly #pieces: AsyncIterator<Buffer>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#pieces = socket[Symbol.asyncIterator]();
  }

  static async open(talk: Conversation, from: Namespace, address: string, port: number): Promise<Echo> {
    const echo = new Echo(await talk.open(from, address, port));
    // What a conversation begins with.
    await echo.#heard("?");
    return echo;
  }

  async returns(text: string): Promise<void> {
    this.#socket.write(text);
    await this.#heard(text);
  }

  /** The other end closes it, and so this one. */
  async breaks(): Promise<void> {
    await expect(this.#pieces.next().then(({ done }) => (done === true ? "ended" : "data"))).resolves.toBe("ended");
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, "close");
    this.#socket.destroy();
    await closed;
  }

  async #heard(text: string): Promise<void> {
    let heard = "";
    while (heard.length < text.length) {
      const { done, value } = await this.#pieces.next();
      if (done === true) throw new Error(`a connection has ended after ${JSON.stringify(heard)}`);
      heard += value.toString();
    }
    expect(heard).toBe(text);
  }
}
