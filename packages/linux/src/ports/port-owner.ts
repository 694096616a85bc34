import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { HeldPort } from "@cnm/core";
import { ipText } from "../route/ip-bytes.ts";

/** The process that has a port of this namespace, for an error message. To be called inside the namespace. */
export function describePortOwner(wanted: HeldPort): string {
  const inode = inodeOf(wanted);
  if (inode === undefined) return "another socket";
  const pid = processWith(`socket:[${inode}]`);
  if (pid === undefined) return "a process of another container or namespace";
  if (pid === process.pid) return `this process (${nameOf(pid)}, pid ${pid})`;
  return `${nameOf(pid)} (pid ${pid})`;
}

interface BoundSocket {
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

function inodeOf({ protocol, address, port }: HeldPort): string | undefined {
  if (protocol === "sctp") return undefined;
  const wildcards = ["0.0.0.0", "::"];
  // An IPv6 wildcard socket may have taken the IPv4 port too.
  return [protocol, `${protocol}6`]
    .flatMap(boundSockets)
    .find(
      (socket) =>
        socket.port === port &&
        (socket.address === address || wildcards.includes(socket.address) || wildcards.includes(address)),
    )?.inode;
}

function boundSockets(table: string): readonly BoundSocket[] {
  return read(`/proc/thread-self/net/${table}`)
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      const [address = "", port = ""] = fields[1]?.split(":") ?? [];
      const inode = fields[9];
      return inode === undefined ? [] : [{ address: hexAddress(address), port: Number.parseInt(port, 16), inode }];
    });
}

/** The kernel prints addresses in words of four bytes, each in host order. */
function hexAddress(hex: string): string {
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  for (let at = 0; at < bytes.length; at += 4) bytes.subarray(at, at + 4).reverse();
  return ipText(bytes);
}

function processWith(socket: string): number | undefined {
  for (const name of readdirSync("/proc")) {
    if (/^\d+$/.test(name) && holds(name, socket)) return Number(name);
  }
  return undefined;
}

function holds(pid: string, socket: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => link(`/proc/${pid}/fd/${fd}`) === socket);
  } catch {
    // It has ended, or is none of our business.
    return false;
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

const nameOf = (pid: number): string => read(`/proc/${pid}/comm`).trim() || "a process";

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
