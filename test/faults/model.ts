import type { JournalLine } from "./journal.ts";
import type { Operation } from "./operation.ts";
import { Register } from "./register.ts";

export type Kind = "network" | "sandbox" | "endpoint" | "service";
/** What has to be true of it after a restart. */
export type Fate = "there" | "either" | "gone";

/** What of a thing may change, as text. */
export type Aspect = "spec" | "health" | "weight";
export type Aspects = Readonly<Partial<Record<Aspect, string>>>;

/** What there is, by what it was made by. */
export type Found = ReadonlyMap<string, Aspects>;

export interface Thing {
  readonly id: string;
  readonly kind: Kind;
  readonly what: Operation;
  /** Of an endpoint. */
  readonly sandbox?: string;
  readonly network?: string;
  /** Of a task. */
  readonly service?: string;
  readonly aspects: ReadonlyMap<Aspect, Register>;
  made: "perhaps" | "yes" | "no";
  /** Operations under way that take it down. */
  readonly removers: Set<string>;
  removed: boolean;
}

const MAKES: Readonly<Partial<Record<Operation["kind"], Kind>>> = {
  "create-network": "network",
  "create-sandbox": "sandbox",
  "create-service": "service",
  join: "endpoint",
};

interface UnderWay {
  readonly made?: Thing;
  readonly removed?: Thing;
  readonly changed?: { readonly thing: Thing; readonly aspect: Aspect; readonly value: string };
}

/** What the journal says there is: certain where an operation has ended, open where it was under way. */
export class Model {
  readonly #things = new Map<string, Thing>();
  readonly #underWay = new Map<string, UnderWay>();

  take(line: JournalLine): void {
    switch (line.event) {
      case "begin":
        this.#underWay.set(line.op, this.#begin(line));
        return;
      case "done":
      case "refused":
        this.#end(line.op, line.event === "done");
        return;
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
  settle(found: Found): { readonly finished: number; readonly undone: number } {
    const cutOff = [...this.#underWay.values()];
    const finished = cutOff.filter(({ made, removed, changed }) => {
      if (made !== undefined) return found.has(made.id);
      if (changed !== undefined) return found.get(changed.thing.id)?.[changed.aspect] === changed.value;
      return removed !== undefined && !found.has(removed.id);
    }).length;
    this.#underWay.clear();
    for (const thing of [...this.#things.values()]) {
      const values = found.get(thing.id);
      if (values === undefined) this.#things.delete(thing.id);
      thing.made = "yes";
      thing.removers.clear();
      for (const [aspect, register] of thing.aspects) register.settle(values?.[aspect] ?? "");
    }
    return { finished, undone: cutOff.length - finished };
  }

  #begin({ op, what, subject }: JournalLine & { readonly event: "begin" }): UnderWay {
    const kind = MAKES[what.kind];
    if (kind !== undefined) {
      const first = Object.entries(subject.values ?? {}) as [Aspect, string][];
      const aspects = new Map(first.map(([aspect, value]) => [aspect, new Register(value)]));
      const made: Thing = { ...subject, kind, what, aspects, made: "perhaps", removers: new Set(), removed: false };
      this.#things.set(made.id, made);
      return { made };
    }
    const thing = this.#things.get(subject.id);
    if (thing === undefined) return {};
    const [change] = Object.entries(subject.values ?? {}) as [Aspect, string][];
    if (change === undefined) {
      thing.removers.add(op);
      return { removed: thing };
    }
    const [aspect, value] = change;
    thing.aspects.get(aspect)?.begin(op, value);
    return { changed: { thing, aspect, value } };
  }

  #end(op: string, done: boolean): void {
    const { made, removed, changed } = this.#underWay.get(op) ?? {};
    this.#underWay.delete(op);
    if (made !== undefined) made.made = done ? "yes" : "no";
    removed?.removers.delete(op);
    if (removed !== undefined && done) removed.removed = true;
    const register = changed?.thing.aspects.get(changed.aspect);
    if (done) register?.done(op);
    else register?.withdraw(op);
  }
}
