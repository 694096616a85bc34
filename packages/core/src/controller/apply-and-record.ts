import type { CallOptions, Platform } from "../contracts/platform.ts";
import type { StoreChange } from "../contracts/store.ts";
import type { Change } from "../model/resource.ts";
import { isEmpty, reverse } from "./diff-plans.ts";
import { FailedStep } from "./operation-error.ts";
import type { StoreWriter } from "./store-writer.ts";

export interface Step {
  readonly change: Change;
  /** The intent: what the store has to know should this process die now. */
  readonly intent: readonly StoreChange[];
  /** Takes the intent back. */
  readonly withdrawal: readonly StoreChange[];
}

/**
 * Writes the intent while the host is changed: whatever a dead process made without a record bears its owner's tag, and
 * is removed at the next start. If either fails, both are undone, and the error says what failed to be undone as well.
 */
export async function applyAndRecord(
  platform: Platform,
  writer: StoreWriter,
  { change, intent, withdrawal }: Step,
  options: CallOptions,
): Promise<void> {
  // First, for the store's own thread can begin while this one is busy with the host.
  const writing = failureOf(writer.write(intent));
  const applying = isEmpty(change) ? undefined : failureOf(platform.apply(change, options));
  const [applied, written] = [await applying, await writing];
  if (applied === undefined && written === undefined) return;

  const undone = await Promise.allSettled([
    withdraw(writer, withdrawal),
    applied === undefined && applying !== undefined ? platform.apply(reverse(change)) : undefined,
  ]);
  const more = undone.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  const failures = [applied, written].flatMap((failure) => (failure === undefined ? [] : [failure.reason]));
  if (failures.length + more.length === 1) throw failures[0];
  throw new FailedStep(failures[0], [...failures.slice(1), ...more]);
}

interface Failure {
  readonly reason: unknown;
}

async function failureOf(work: Promise<void>): Promise<Failure | undefined> {
  try {
    await work;
    return undefined;
  } catch (reason) {
    return { reason };
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
