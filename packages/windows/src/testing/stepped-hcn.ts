import { ObjectTurns } from "@cnm/core";
import type { HcnClient } from "../hcn/hcn-client.ts";

/**
 * Asked around each call, "networks.create", with what the call does. It may throw before the work, or after it; while it
 * does not resolve, HNS does not answer.
 */
export type OnHcnCall = <T>(name: string, work: () => Promise<T>) => Promise<T>;

const KINDS = ["networks", "endpoints", "namespaces", "loadBalancers", "routes"] as const;

/**
 * A client whose calls go through a function: for tests of what happens when HNS fails or hangs. As with the real one, calls on
 * one object follow each other.
 */
export function steppedHcn(client: HcnClient, onCall: OnHcnCall): HcnClient {
  const turns = new ObjectTurns();
  const stepped = <T extends object>(kind: string, objects: T): T => {
    const methods = Object.entries(objects).map(([name, method]) => [
      name,
      async (...given: readonly unknown[]) => {
        const signal = signalIn(given);
        signal?.throwIfAborted();
        // A signal ends the waiting, and not the call.
        const call = () => onCall(`${kind}.${name}`, () => method(...given.map(withoutSignal)));
        const subject = subjectOf(given[0]);
        const work = subject === undefined ? call() : turns.run(`${kind} ${subject}`, call);
        return signal === undefined ? await work : await Promise.race([work, aborted(signal)]);
      },
    ]);
    return Object.fromEntries(methods);
  };
  return {
    ...client,
    ...Object.fromEntries(KINDS.map((kind) => [kind, stepped(kind, client[kind])])),
  };
}

function signalIn(given: readonly unknown[]): AbortSignal | undefined {
  const options = given.at(-1);
  const has = typeof options === "object" && options !== null && "signal" in options;
  return has && options.signal instanceof AbortSignal ? options.signal : undefined;
}

const withoutSignal = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "signal" in value ? {} : value;

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

/** The id of the one object that a call is about. */
function subjectOf(given: unknown): string | undefined {
  if (typeof given === "string") return given;
  const has = typeof given === "object" && given !== null && "ID" in given;
  return has && typeof given.ID === "string" ? given.ID : undefined;
}
