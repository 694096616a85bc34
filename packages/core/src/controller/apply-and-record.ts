import type { CallOptions, Platform } from "../contracts/platform.ts";
import type { StoreChange } from "../contracts/store.ts";
import type { Change } from "../model/resource.ts";
import { isEmpty, reverse } from "./diff-plans.ts";
import { FailedStep } from "./operation-error.ts";
import type { StoreWriter } from "./store-writer.ts";

export interface Step<T = undefined> {
  readonly change: Change;
  /** The intent: what the store has to know should this process die now. */
  readonly intent: readonly StoreChange[];
  /** Takes the intent back. */
  readonly withdrawal: readonly StoreChange[];
  /** Asks the host what it chose, once it is changed. */
  readonly learn?: (() => Promise<T>) | undefined;
}

/**
 * Writes the intent while the host is changed: whatever a dead process made without a record bears its owner's tag, and
 * is removed at the next start. If either fails, both are undone, and the error says what failed to be undone as well.
 * Resolves to what was learnt of the host; undefined where nothing was asked or changed.
 */
export async function applyAndRecord<T = undefined>(
  platform: Platform,
  writer: StoreWriter,
  { change, intent, withdrawal, learn }: Step<T>,
  options: CallOptions,
): Promise<T | undefined> {
  // First, for the store's own thread can begin while this one is busy with the host.
  const writing = outcomeOf(writer.write(intent));
  const applying = isEmpty(change) ? undefined : outcomeOf(applyAndLearn(platform, change, learn, options));
  const [applied, written] = [await applying, await writing];
  const failures = [applied, written].flatMap((outcome) => (outcome?.failed === true ? [outcome.reason] : []));
  if (applied?.failed !== true && failures.length === 0) return applied?.value;

  const undone = await Promise.allSettled([
    withdraw(writer, withdrawal),
    applied?.failed === false ? platform.apply(reverse(change)) : undefined,
  ]);
  const more = undone.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  if (failures.length + more.length === 1) throw failures[0];
  throw new FailedStep(failures[0], [...failures.slice(1), ...more]);
}

type Outcome<T> = { readonly failed: false; readonly value: T } | { readonly failed: true; readonly reason: unknown };

async function outcomeOf<T>(work: Promise<T>): Promise<Outcome<T>> {
  try {
    return { failed: false, value: await work };
  } catch (reason) {
    return { failed: true, reason };
  }
}

/** What the host does not tell of cannot be recorded: then the change is taken back. */
async function applyAndLearn<T>(
  platform: Platform,
  change: Change,
  learn: Step<T>["learn"],
  options: CallOptions,
): Promise<T | undefined> {
  await platform.apply(change, options);
  try {
    return await learn?.();
  } catch (error) {
    const undone = await Promise.allSettled([platform.apply(reverse(change))]);
    const more = undone.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    throw more.length === 0 ? error : new FailedStep(error, more);
  }
}

/** Even a write that failed may have reached the store. What cannot be withdrawn now goes with the next write. */
async function withdraw(writer: StoreWriter, withdrawal: readonly StoreChange[]): Promise<void> {
  try {
    await writer.write(withdrawal);
  } catch (error) {
    writer.writeLater(withdrawal);
    throw error;
  }
}
