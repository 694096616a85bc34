import { Duplex } from "node:stream";
import type { Failure, FromThread, ToThread } from "./thread/messages.ts";

type Heard = Extract<FromThread, { readonly connection: number }>;
type Said = Extract<ToThread, { readonly connection: number }>;
type WithoutNumber<T> = T extends unknown ? Omit<T, "connection"> : never;

/** A connection in a compartment, as the main thread has it: each piece of it crosses when it is asked for. */
export class CrossingConnection extends Duplex {
  /** Resolves when it is there. Rejects with the failure's error when it does not come about. */
  readonly ready: Promise<void>;
  readonly #say: (said: WithoutNumber<Said>) => void;
  #settle: { resolve(): void; reject(error: Error): void } | undefined;
  #written: ((error?: Error | null) => void) | undefined;
  #isFinished = false;
  #isGone = false;

  constructor(say: (said: WithoutNumber<Said>) => void) {
    // Whoever is done writing may still read.
    super({ allowHalfOpen: true });
    this.#say = say;
    this.ready = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.ready.catch(() => undefined);
  }

  hear(message: Heard): void {
    switch (message.type) {
      case "connected":
        this.#settle?.resolve();
        break;
      case "data":
        this.push(message.chunk);
        break;
      case "written":
        this.#tellWritten();
        break;
      case "finished":
        this.#isFinished = true;
        this.push(null);
        break;
      case "gone":
        this.#go(message.failure);
    }
  }

  override _read(): void {
    this.#say({ type: "read" });
  }

  override _write(chunk: Uint8Array, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#written = done;
    this.#say({ type: "write", chunk: new Uint8Array(chunk) });
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#say({ type: "finish" });
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#isGone) this.#say({ type: "destroy" });
    this.#settle?.reject(error ?? new Error("it has been given up"));
    done(error);
  }

  #tellWritten(): void {
    const done = this.#written;
    this.#written = undefined;
    done?.();
  }

  /** Where both ends are done with it, what has come is still to be read: it is destroyed when that has been. */
  #go(failure: Failure | undefined): void {
    this.#isGone = true;
    if (failure === undefined && this.#isFinished) return;
    const { code = "CLOSED", message = "it has been closed" } = failure ?? {};
    this.destroy(Object.assign(new Error(message), { code }));
  }
}
