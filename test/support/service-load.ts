import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { Namespace } from "@cnm/linux";
import { type Conversation, said } from "./conversation.ts";

/** Where connections start, and what they ask for. */
export interface Path {
  readonly from: Namespace;
  readonly address: string;
  readonly port: number;
}

/** Connections one after the other on each of several paths, for as long as it runs; and what became of them. */
export class ServiceLoad {
  /** Answers by the name that was given. */
  readonly answers: Record<string, number> = {};
  /** In words, each with its path. */
  readonly failures: string[] = [];
  readonly #talk: Conversation;
  readonly #waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  #ended = 0;
  #stopped = false;
  #lanes: Promise<unknown> = Promise.resolve();

  constructor(talk: Conversation) {
    this.#talk = talk;
  }

  /** Connections that have ended, well or badly. */
  get ended(): number {
    return this.#ended;
  }

  /** @param width So many at a time on each path. @param life Milliseconds between a connection's two questions. */
  run(paths: readonly Path[], { width, life }: { readonly width: number; readonly life: number }): void {
    const lanes = paths.flatMap((path) => Array.from({ length: width }, () => path));
    this.#lanes = Promise.all(lanes.map((path) => this.#lane(path, life)));
  }

  /** Resolves when so many have ended. */
  async reaches(count: number): Promise<void> {
    if (this.#ended >= count) return;
    await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#lanes;
  }

  async #lane(path: Path, life: number): Promise<void> {
    while (!this.#stopped) {
      try {
        const name = await this.#askTwice(path, life);
        this.answers[name] = (this.answers[name] ?? 0) + 1;
      } catch (error) {
        this.failures.push(`${path.address} port ${path.port}: ${(error as NodeJS.ErrnoException).code ?? error}`);
      }
      this.#ended++;
      for (const { count, resolve } of this.#waiting) if (this.#ended >= count) resolve();
    }
  }

  /** Whoever answers first has to answer again. */
  async #askTwice({ from, address, port }: Path, life: number): Promise<string> {
    const socket = await this.#talk.open(from, address, port);
    const end = once(socket, "close").then(() => {
      throw new Error("the connection has ended");
    });
    try {
      const first = await Promise.race([said(socket), end]);
      await Promise.race([delay(life), end]);
      socket.write("?");
      const second = await Promise.race([said(socket), end]);
      if (second !== first) throw new Error(`${first} has become ${second}`);
      return first;
    } finally {
      socket.destroy();
    }
  }
}
