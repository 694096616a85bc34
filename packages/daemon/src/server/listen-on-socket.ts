import { once } from "node:events";
import { chownSync, lstatSync, mkdirSync, unlinkSync } from "node:fs";
import { connect, type Server } from "node:net";
import { dirname } from "node:path";
import { CnmError } from "@cnm/core";
import { isPipe } from "../options/default-paths.ts";
import { groupId } from "./group-id.ts";

/** Owner and group may speak to the daemon, and so have the host's network in their hands. */
const UMASK = 0o117;

/** A socket of mode 0660 of the group cnm, if there is one. One that is left over is replaced, one that somebody serves is not. */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  if (isPipe(path)) {
    await listenOnPipe(server, path);
    return;
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  await removeStale(path);
  // The socket is made in the very call of listen(): never, not for a moment, may others connect.
  const before = process.umask(UMASK);
  try {
    server.listen({ path });
  } finally {
    process.umask(before);
  }
  await once(server, "listening");
  const group = groupId("cnm");
  if (group !== undefined) chownSync(path, 0, group);
}

/** A pipe goes with its process: one that is there is served. */
async function listenOnPipe(server: Server, path: string): Promise<void> {
  server.listen({ path });
  try {
    await once(server, "listening");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code !== "EADDRINUSE" && code !== "EACCES") throw cause;
    const message = `another daemon serves ${path}: stop that one, or choose another pipe`;
    throw new CnmError("conflict", "socket-in-use", message, { cause });
  }
}

async function removeStale(path: string): Promise<void> {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isSocket()) {
    const message = `${path} is there, and is no socket: remove it, or choose another one`;
    throw new CnmError("conflict", "socket-in-use", message);
  }
  if (await isServed(path)) {
    const message = `another daemon serves ${path}: stop that one, or choose another socket`;
    throw new CnmError("conflict", "socket-in-use", message);
  }
  unlinkSync(path);
}

async function isServed(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
    return true;
  } catch (error) {
    if (["ECONNREFUSED", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "")) return false;
    throw error;
  } finally {
    socket.destroy();
  }
}
