import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { runDaemon } from "@cnm/daemon";
import { createClient } from "@cnm/daemon/client";
import type { Machine } from "../attach/machine.ts";
import { type DnsPeer, LOCAL_NAME, onServerCore } from "./dns-peer.ts";

const ADDRESS = "127.0.0.11";

export interface CnmPeer extends DnsPeer {
  /** What a sandbox beyond the first adds to the daemon, in KB. */
  readonly kilobytes: number;
}

interface Served {
  readonly namespacePath: string;
  readonly kilobytes: number;
}

/** Our daemon with so many sandboxes on one network, in a process and on a host of its own; one of them asks. */
export async function cnmPeer(machine: Machine, sandboxes: number): Promise<CnmPeer> {
  const peer = `cnm${sandboxes}`;
  const program = [...onServerCore, process.execPath, "--expose-gc", process.argv[1] ?? "", "serve"];
  const [command = "", ...args] = [...program, machine.path(peer), String(sandboxes)];
  const serving = machine.host(peer).enter(() => spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] }));
  const { namespacePath, kilobytes }: Served = JSON.parse(await firstLine(serving));
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
export async function serve([folder = "", sandboxes = ""]: readonly string[]): Promise<void> {
  const socket = join(folder, "cnm.sock");
  const options = { socket, state: join(folder, "state"), run: join(folder, "run"), logLevel: "error" } as const;
  const daemon = await runDaemon(options);
  const client = createClient({ host: `unix://${socket}` });
  const network = "benchmark";
  await client.createNetwork({ Name: network, IPAM: { Config: [{ Subnet: "10.99.7.0/24" }] } });
  const names = [LOCAL_NAME, ...Array.from({ length: Number(sandboxes) - 1 }, (_, at) => `other${at}`)];
  const addSandbox = async (name: string): Promise<string> => {
    const { Id } = await client.createSandbox({ Name: name });
    await client.connect(network, { Sandbox: Id });
    return Id;
  };
  const asked = await client.sandbox(await addSandbox(LOCAL_NAME));
  const before = memory();
  for (const name of names.slice(1)) await addSandbox(name);
  const others = names.length - 1;
  const kilobytes = others === 0 ? 0 : (memory() - before) / 1024 / others;
  console.log(JSON.stringify({ namespacePath: asked.Netns, kilobytes }));
  for await (const _ of process.stdin);
  for (const { Id } of await client.sandboxes()) await client.removeSandbox(Id, true);
  await client.removeNetwork(network);
  await client.close();
  await daemon.stop();
}

function memory(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

async function firstLine(child: ChildProcessByStdio<Writable, Readable, null>): Promise<string> {
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error("the daemon has ended");
}
