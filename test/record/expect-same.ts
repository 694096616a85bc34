import { expect } from "vitest";
import { type NetlinkMessage, payloadOf, type Request } from "../../packages/linux/src/netlink/message.ts";
import type { Layout } from "./layouts.ts";
import { messageLines } from "./message-lines.ts";

/** Lines in which we differ on purpose, and why. */
export type Differences = readonly (readonly [line: RegExp, why: string])[];

/**
 * Our request says what somebody else's recorded one does. A failure shows both, line by line; a difference that is listed
 * but not there fails as well.
 */
export function expectSame(
  ours: Pick<Request, "type" | "flags" | "write">,
  theirs: NetlinkMessage | undefined,
  layout: Layout,
  differences: Differences = [],
): void {
  if (theirs === undefined) throw new Error("no such message is recorded");
  const [own, recorded] = [messageLines({ ...ours, payload: payloadOf(ours) }, layout), messageLines(theirs, layout)];
  const stale = differences.filter(
    ([line]) => own.filter(matching(line)).join() === recorded.filter(matching(line)).join(),
  );
  expect(stale.map(([line, why]) => `${line} is no difference any more: ${why}`)).toEqual([]);
  const common = (line: string): boolean => !differences.some(([difference]) => difference.test(line));
  expect(own.filter(common)).toEqual(recorded.filter(common));
}

const matching =
  (pattern: RegExp) =>
  (line: string): boolean =>
    pattern.test(line);
