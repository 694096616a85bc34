import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { linuxPlatform } from "@cnm/linux";
import type { Machine } from "../attach/machine.ts";
import { type DnsPeer, LOCAL_NAME, onServerCore } from "./dns-peer.ts";
import { preparedAnswers } from "./prepared-answers.ts";

const ADDRESS = "127.0.0.11";

export interface CnmPeer extends DnsPeer {
  /** What a name server beyond the first adds to the process, in KB. */
  readonly kilobytes: number;
}

/** Our name servers in so many sandboxes, in a process of their own; one of them is asked. */
export async function cnmPeer(machine: Machine, sandboxes: number): Promise<CnmPeer> {
  const peer = `cnm${sandboxes}`;
  const paths = Array.from({ length: sandboxes }, (_, number) => {
    const namespace = machine.sandbox(`${peer}-${number}`);
    namespace.enter(() => execFileSync("ip", ["link", "set", "lo", "up"]));
    return namespace.path;
  });
  const [namespacePath = ""] = paths;
  const [program = "", ...args] = [...onServerCore, process.execPath, "--expose-gc", process.argv[1] ?? "", "serve"];
  const serving = spawn(program, [...args, machine.host(peer).path, machine.path(`run-${peer}`), ...paths], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const kilobytes = Number(await firstLine(serving));
  return {
    name: sandboxes === 1 ? "cnm, 1 sandbox" : `cnm, ${sandboxes} sandboxes`,
    namespacePath,
    server: ADDRESS,
    kilobytes,
    async close() {
      const ended = once(serving, "exit");
      serving.stdin.end();
      await ended;
    },
  };
}

/** The process that answers, until its standard input ends. */
export async function serve([netns = "", runDir = "", first = "", ...others]: readonly string[]): Promise<void> {
  const platform = await linuxPlatform({ netns, runDir });
  const answer = preparedAnswers(new Map([[LOCAL_NAME, "10.99.7.2"]]));
  const open = (namespacePath: string) => platform.openNameServer({ namespacePath, address: ADDRESS, answer });
  await open(first);
  const before = memory();
  for (const path of others) await open(path);
  console.log(others.length === 0 ? 0 : (memory() - before) / 1024 / others.length);
  for await (const _ of process.stdin);
  await platform.close();
}

function memory(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

async function firstLine(child: ChildProcessByStdio<Writable, Readable, null>): Promise<string> {
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error("the name servers have ended");
}
