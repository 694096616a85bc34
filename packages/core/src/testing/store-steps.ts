import type { StoreChange } from "../contracts/store.ts";

/** Whether the key is to be as the transaction says: which revision that is shows when it comes to it. */
export interface StoreGuard {
  readonly key: string;
  readonly holds: boolean;
}

export type StoreStep =
  | { readonly do: "write"; readonly changes: readonly StoreChange[]; readonly guards: readonly StoreGuard[] }
  | { readonly do: "write together"; readonly transactions: readonly (readonly StoreChange[])[] }
  | { readonly do: "list"; readonly prefix: string }
  | { readonly do: "reopen" };

/** A whole number from 0 on, below the one given: a random one, or one of a property test that looks for the smallest. */
export type Choose = (below: number) => number;

const NAMES = ["a", "b", "~", "B"];

export function chooseStoreSteps(choose: Choose, reopens: boolean): readonly StoreStep[] {
  return times(choose(25), () => chooseStep(choose, reopens));
}

function chooseStep(choose: Choose, reopens: boolean): StoreStep {
  const kind = choose(reopens ? 13 : 12);
  if (kind < 6) return { do: "write", changes: chooseChanges(choose), guards: chooseGuards(choose) };
  if (kind < 9) return { do: "write together", transactions: times(2 + choose(7), () => chooseChanges(choose)) };
  if (kind < 12) return { do: "list", prefix: pick(choose, ["", "a/", "z", chooseKey(choose)]) };
  return { do: "reopen" };
}

function chooseChanges(choose: Choose): readonly StoreChange[] {
  return times(choose(6), () => {
    const key = chooseKey(choose);
    return choose(2) === 0 ? { op: "put", key, value: choose(1000) } : { op: "delete", key };
  });
}

function chooseGuards(choose: Choose): readonly StoreGuard[] {
  return times(choose(3), () => ({ key: chooseKey(choose), holds: choose(4) < 3 }));
}

function chooseKey(choose: Choose): string {
  return times(1 + choose(2), () => pick(choose, NAMES)).join("/");
}

function pick(choose: Choose, texts: readonly string[]): string {
  return texts[choose(texts.length)] ?? "";
}

function times<T>(count: number, make: () => T): readonly T[] {
  return Array.from({ length: count }, make);
}
