import { once } from "node:events";
import { bindLibc, loadFfi, openNamespace } from "@cnm/linux";
import { RawSockets } from "../../support/raw-sockets.ts";
import { timed } from "../report.ts";
import type { CnmDaemon } from "./cnm-daemon.ts";

/** "box1", type A. */
const QUERY = Buffer.from("0001010000010000000000000462 6f7831 00 00010001".replaceAll(" ", ""), "hex");

export interface FirstAnswers {
  /** ms */
  readonly serving: number;
  readonly answered: number;
}

/** Kills the daemon, and starts it again: ms until it serves, and from then until a sandbox has the address of another. */
export async function firstAnswers(daemon: CnmDaemon): Promise<FirstAnswers> {
  const { Netns } = await daemon.client.sandbox("box0");
  const inside = openNamespace(bindLibc(loadFfi()), Netns);
  const socket = await new RawSockets().datagrams(inside);
  try {
    await daemon.kill("SIGKILL");
    const serving = await timed(() => daemon.start());
    const answered = await timed(async () => {
      const answer = once(socket, "message");
      socket.send(QUERY, 53, "127.0.0.11");
      const [bytes] = await answer;
      if (bytes.readUInt16BE(6) !== 1) throw new Error(`not the answer to box1: ${bytes.toString("hex")}`);
    });
    return { serving, answered };
  } finally {
    socket.close();
    inside.close();
  }
}
