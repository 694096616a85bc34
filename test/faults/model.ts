import type { JournalLine } from "./journal.ts";
import type { Operation } from "./operation.ts";

export type Kind = "network" | "sandbox" | "endpoint";
/** What has to be true of it after a restart. */
export type Fate = "there" | "either" | "gone";

export interface Thing {
  readonly id: string;
  readonly kind: Kind;
  readonly what: Operation;
  /** Of an endpoint. */
  readonly sandbox?: string;
  readonly network?: string;
  made: "perhaps" | "yes" | "no";
  /** Operations under way that take it down. */
  readonly removers: Set<string>;
  removed: boolean;
}

const MAKES: Readonly<Partial<Record<Operation["kind"], Kind>>> = {
  "create-network": "network",
  "create-sandbox": "sandbox",
  join: "endpoint",
};

/** What the journal says there is: certain where an operation has ended, open where it was under way. */
export class Model {
  readonly #things = new Map<string, Thing>();
  readonly #underWay = new Map<string, { readonly made?: Thing; readonly removed?: Thing }>();

  take(line: JournalLine): void {
    switch (line.event) {
      case "begin":
        this.#begin(line);
        return;
      case "done":
      case "refused": {
        const { made, removed } = this.#underWay.get(line.op) ?? {};
        this.#underWay.delete(line.op);
        const done = line.event === "done";
        if (made !== undefined) made.made = done ? "yes" : "no";
        removed?.removers.delete(line.op);
        if (removed !== undefined && done) removed.removed = true;
        return;
      }
      default:
        return;
    }
  }

  get(id: string): Thing | undefined {
    return this.#things.get(id);
  }

  things(kind: Kind): readonly Thing[] {
    return [...this.#things.values()].filter((thing) => thing.kind === kind);
  }

  /** An endpoint goes with its sandbox; as long as the sandbox is there, its removal has not touched the endpoint. */
  fate(thing: Thing, isThere: (id: string) => boolean): Fate {
    if (thing.made === "no" || thing.removed) return "gone";
    if (thing.sandbox !== undefined && !isThere(thing.sandbox)) return "gone";
    return thing.made === "perhaps" || thing.removers.size > 0 ? "either" : "there";
  }

  /** After a check: what was found is certain from now on. Tells what became of the operations that were under way. */
  settle(isThere: (id: string) => boolean): { readonly finished: number; readonly undone: number } {
    const cutOff = [...this.#underWay.values()];
    const finished = cutOff.filter(({ made, removed }) =>
      made === undefined ? removed !== undefined && !isThere(removed.id) : isThere(made.id),
    ).length;
    this.#underWay.clear();
    for (const thing of [...this.#things.values()]) {
      if (!isThere(thing.id)) this.#things.delete(thing.id);
      thing.made = "yes";
      thing.removers.clear();
    }
    return { finished, undone: cutOff.length - finished };
  }

  #begin({ op, what, subject }: JournalLine & { readonly event: "begin" }): void {
    const kind = MAKES[what.kind];
    if (kind === undefined) {
      const removed = this.#things.get(subject.id);
      removed?.removers.add(op);
      this.#underWay.set(op, removed === undefined ? {} : { removed });
      return;
    }
    const made: Thing = { ...subject, kind, what, made: "perhaps", removers: new Set(), removed: false };
    this.#things.set(made.id, made);
    this.#underWay.set(op, { made });
  }
}
