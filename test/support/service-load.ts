import type { Namespace } from "@cnm/linux";
import type { Conversation } from "./conversation.ts";

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

  /** @param width So many at a time on each path. @param pause Milliseconds between the beginnings of a lane's connections. */
  run(paths: readonly Path[], { width = 1, pause = 0 } = {}): void {
    const lanes = paths.flatMap((path) => Array.from({ length: width }, () => path));
    this.#lanes = Promise.all(lanes.map((path) => this.#lane(path, pause)));
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

  async #lane({ from, address, port }: Path, pause: number): Promise<void> {
    while (!this.#stopped) {
      const rest = new Promise((resolve) => setTimeout(resolve, pause));
      try {
        const name = await this.#talk.greet(from, address, port);
        this.answers[name] = (this.answers[name] ?? 0) + 1;
      } catch (error) {
        this.failures.push(`${address} port ${port}: ${(error as NodeJS.ErrnoException).code ?? error}`);
      }
      this.#ended++;
      for (const { count, resolve } of this.#waiting) if (this.#ended >= count) resolve();
      if (pause > 0) await rest;
    }
  }
}
