import { randomUUID } from "node:crypto";

/** One request, from its arrival to the end of its answer. */
export interface Operation {
  /** Stands in every line of the log that is about it, and in its answer's header. */
  readonly id: string;
  readonly method: string;
  /** As the API document names it: "/networks/{id}". */
  readonly path: string;
}

export interface EndedOperation extends Operation {
  readonly status: number;
  readonly seconds: number;
}

/** Tells those who count requests of each that has been answered. */
export class Operations {
  readonly #listeners = new Set<(ended: EndedOperation) => void>();

  begin(method: string, path: string): Operation {
    return { id: randomUUID(), method, path };
  }

  end(ended: EndedOperation): void {
    for (const listener of this.#listeners) listener(ended);
  }

  onEnd(listener: (ended: EndedOperation) => void): void {
    this.#listeners.add(listener);
  }
}
