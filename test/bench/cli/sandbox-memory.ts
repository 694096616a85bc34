import type { CnmDaemon } from "./cnm-daemon.ts";
import { makeSandboxes } from "./make-sandboxes.ts";

const FIRST = 200;

export interface SandboxMemory {
  readonly first: Share;
  readonly all: Share;
}

interface Share {
  readonly count: number;
  /** What each has added to the daemon. */
  readonly bytes: number;
}

/** What so many sandboxes add to the daemon, all of them on one network and each with its resolver. */
export async function sandboxMemory(daemon: CnmDaemon, count: number): Promise<SandboxMemory> {
  const before = await daemon.restingBytes();
  const share = async (made: number): Promise<Share> => ({
    count: made,
    bytes: ((await daemon.restingBytes()) - before) / made,
  });
  await makeSandboxes(daemon.client, 0, FIRST);
  const first = await share(FIRST);
  await makeSandboxes(daemon.client, FIRST, count);
  return { first, all: await share(count) };
}
