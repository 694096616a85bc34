import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Namespace } from "@cnm/linux";
import type { AgentReply, AgentRequest } from "./agent.ts";

type Wish<T> = T extends AgentRequest ? Omit<T, "id"> : never;

/** The demo's end of an agent: a child process that was started inside a namespace, and so lives in it. */
export class AgentProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (reply: AgentReply) => void>();
  #next = 0;

  constructor(namespace: Namespace) {
    const program = fileURLToPath(new URL("./agent.mjs", import.meta.url));
    // An interrupt from the terminal is not meant for it: it ends when we do.
    this.#child = namespace.enter(() => fork(program, { detached: true }));
    this.#child.on("message", (reply: AgentReply) => {
      this.#waiting.get(reply.id)?.(reply);
      this.#waiting.delete(reply.id);
    });
  }

  fetch = (url: string, patience: number): Promise<AgentReply> => this.#ask({ do: "fetch", url, patience });
  call = (url: string, patience: number): Promise<AgentReply> => this.#ask({ do: "call", url, patience });
  ping = (address: string, patience: number): Promise<AgentReply> => this.#ask({ do: "ping", address, patience });

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.disconnect();
    await ended;
  }

  #ask(wish: Wish<AgentRequest>): Promise<AgentReply> {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ ...wish, id });
    });
  }
}
