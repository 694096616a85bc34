import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { runDaemon } from "@cnm/daemon";
import { createClient } from "@cnm/daemon/client";
import { DAEMON_NODE_OPTIONS } from "../../../packages/cli/src/daemon/node-options.ts";
import type { Machine } from "../attach/machine.ts";
import { type DnsPeer, LOCAL_NAME, onServerCore } from "./dns-peer.ts";
import { SILENT_SERVER } from "./silent-server.ts";

const ADDRESS = "127.0.0.11";

/** Our daemon with so many sandboxes on one network, in a process and on a host of its own; one of them asks. */
export async function cnmPeer(machine: Machine, sandboxes: number): Promise<DnsPeer> {
  const peer = `cnm${sandboxes}`;
  const program = [...onServerCore, process.execPath, ...DAEMON_NODE_OPTIONS, process.argv[1] ?? "", "serve"];
  const [command = "", ...args] = [...program, machine.path(peer), String(sandboxes)];
  const host = machine.host(peer);
  const serving = host.enter(() => spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] }));
  const namespacePath = await firstLine(serving);
  return {
    name: sandboxes === 1 ? "cnm, 1 sandbox" : `cnm, ${sandboxes} sandboxes`,
    namespacePath,
    server: ADDRESS,
    askerPath: host.path,
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
  const resolvConf = join(folder, "resolv.conf");
  mkdirSync(folder, { recursive: true });
  writeFileSync(resolvConf, `nameserver ${SILENT_SERVER}\n`);
  const places = { socket, resolvConf, state: join(folder, "state"), run: join(folder, "run") };
  const daemon = await runDaemon({ ...places, logLevel: "error" });
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
  for (const name of names.slice(1)) await addSandbox(name);
  console.log(asked.Netns);
  for await (const _ of process.stdin);
  for (const { Id } of await client.sandboxes()) await client.removeSandbox(Id, true);
  await client.removeNetwork(network);
  await client.close();
  await daemon.stop();
}

async function firstLine(child: ChildProcessByStdio<Writable, Readable, null>): Promise<string> {
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error("the daemon has ended");
}
