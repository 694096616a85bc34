import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { spawnInNamespace } from "@cnm/linux";

const PORT = 5_353;

/** A program in a namespace that joins a multicast group on eth0, and says what it hears. */
export class GroupMember {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(process: ChildProcess, lines: Interface) {
    this.#process = process;
    this.#lines = lines[Symbol.asyncIterator]();
  }

  /** Resolves when it has joined. `own`: an address of its interface, for IPv4. */
  static async start(path: string, group: string, own: string): Promise<GroupMember> {
    const process = runNode(path, MEMBER, [group, own]);
    if (process.stdout === null) throw new Error("the member of the group has no output");
    const member = new GroupMember(process, createInterface(process.stdout));
    if ((await member.hears()) !== "joined") throw new Error(`cannot join ${group}`);
    return member;
  }

  /** What it hears next. */
  async hears(): Promise<string | undefined> {
    const { done, value } = await this.#lines.next();
    return done === true ? undefined : value;
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await exit;
  }
}

/** Sends one datagram to the group, out of eth0 of a namespace. */
export async function tellGroup(path: string, group: string, own: string, text: string): Promise<void> {
  const [status] = await once(runNode(path, SENDER, [group, own, text]), "exit");
  if (status !== 0) throw new Error(`cannot send to ${group}`);
}

const runNode = (path: string, program: string, args: readonly string[]): ChildProcess =>
  spawnInNamespace(path, process.execPath, ["-e", program, ...args], { stdio: ["ignore", "pipe", "inherit"] });

const MEMBER = `
const [group, own] = process.argv.slice(1);
const six = group.includes(":");
const socket = require("node:dgram").createSocket({ type: six ? "udp6" : "udp4", reuseAddr: true });
socket.on("message", (text) => console.log(String(text)));
socket.bind(${PORT}, () => {
  socket.addMembership(group, six ? "::%eth0" : own);
  console.log("joined");
});
`;

const SENDER = `
const [group, own, text] = process.argv.slice(1);
const six = group.includes(":");
const socket = require("node:dgram").createSocket(six ? "udp6" : "udp4");
socket.bind(0, () => {
  socket.setMulticastInterface(six ? "::%eth0" : own);
  socket.send(text, ${PORT}, group, (error) => process.exit(error ? 1 : 0));
});
`;
