import type { Hands } from "./hands.ts";
import type { JournalLine } from "./journal.ts";
import { drawOperation } from "./operation.ts";
import { performOperation } from "./perform-operation.ts";
import type { WorkOrder } from "./subject.ts";

export interface OperateParts extends WorkOrder {
  readonly hands: Hands;
  /** Paths of namespaces that others made. */
  readonly foreign: readonly string[];
  readonly tell: (line: JournalLine) => void;
  /** Nobody knows how the operation ended: who did it was killed meanwhile. */
  readonly isCutOff?: (error: unknown) => boolean;
}

const ABREAST = 4;

/** One operation after the other, some at the same time, until none is possible any more. Resolves to the errors that ended it. */
export async function operate({ seed, name, ...parts }: OperateParts): Promise<readonly unknown[]> {
  let last = 0;
  const one = async (): Promise<never> => {
    for (;;) {
      const number = ++last;
      await performOperation(drawOperation(seed, number), { ...parts, op: `${name}.${number}` });
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: ABREAST }, one));
  return ends.map((end) => (end.status === "rejected" ? end.reason : undefined));
}
