import { readSync, writeSync } from "node:fs";
import { inspect } from "node:util";
import { JOURNAL_FD, type JournalLine } from "./journal.ts";
import { libraryHands } from "./library-hands.ts";
import { type Directories, openController } from "./open-controller.ts";
import { operate } from "./operate.ts";
import type { WorkOrder } from "./subject.ts";

/** What the process that gets killed is told, once, on its standard input. */
export interface OperatorOrder extends Directories, WorkOrder {
  /** Paths of namespaces that others made. */
  readonly foreign: readonly string[];
}

/** Written before anything goes on, so that whatever has been said outlives this process. */
const tell = (line: JournalLine): void => void writeSync(JOURNAL_FD, `${JSON.stringify(line)}\n`);

// Started ahead of time: everything is loaded, and waits here.
const buffer = Buffer.alloc(65_536);
const length = readSync(0, buffer);
if (length === 0) process.exit(0);
const order = JSON.parse(buffer.toString("utf8", 0, length)) as OperatorOrder;

try {
  tell({ event: "start" });
  // Every other one mends by itself, as the daemon does.
  const controller = await openController(order, { autoRepair: order.seed % 2 === 0 });
  tell({ event: "ready" });
  throw new AggregateError(await operate({ ...order, hands: libraryHands(controller), tell }));
} catch (error) {
  console.error(inspect(error, { depth: 6 }));
  process.exit(3);
}
