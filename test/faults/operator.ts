import { readSync, writeSync } from "node:fs";
import { inspect } from "node:util";
import { JOURNAL_FD, type JournalLine } from "./journal.ts";
import { openController } from "./open-controller.ts";
import { drawOperation } from "./operation.ts";
import { performOperation } from "./perform-operation.ts";

/** What the process that gets killed is told, once, on its standard input. */
export interface OperatorOrder {
  readonly state: string;
  readonly run: string;
  readonly firewall: "nftables" | "iptables";
  readonly foreign: readonly string[];
  /** Decides the operations. */
  readonly seed: number;
  /** Begins the numbers of the operations: unique among all operators. */
  readonly name: string;
}

const ABREAST = 4;

/** Written before anything goes on, so that whatever has been said outlives this process. */
const tell = (line: JournalLine): void => void writeSync(JOURNAL_FD, `${JSON.stringify(line)}\n`);

// Started ahead of time: everything is loaded, and waits here.
const buffer = Buffer.alloc(65_536);
const length = readSync(0, buffer);
if (length === 0) process.exit(0);
const order = JSON.parse(buffer.toString("utf8", 0, length)) as OperatorOrder;

let last = 0;
try {
  tell({ event: "start" });
  // Every other one mends by itself, as the daemon does.
  const controller = await openController(order, { autoRepair: order.seed % 2 === 0 });
  tell({ event: "ready" });
  const operate = async (): Promise<never> => {
    for (;;) {
      const number = ++last;
      const parts = { controller, foreign: order.foreign, op: `${order.name}.${number}`, tell };
      await performOperation(drawOperation(order.seed, number), parts);
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, operate));
} catch (error) {
  console.error(inspect(error, { depth: 6 }));
  process.exit(3);
}
