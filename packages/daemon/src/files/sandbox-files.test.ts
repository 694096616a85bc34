import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { newSandboxId, type ResolvConf, type Sandbox } from "@cnm/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { SandboxFiles } from "./sandbox-files.ts";

const sandbox: Sandbox = {
  schema: 1,
  id: newSandboxId(),
  name: "web1",
  state: "ready",
  created: "2026-01-01T00:00:00.000Z",
  labels: {},
  namespace: { path: "/ns/web1", owned: true },
  sysctls: {},
};
const host: ResolvConf = { servers: ["192.0.2.53", "127.0.0.1"], search: ["example.org"], options: [] };

let folder: string;
let files: SandboxFiles;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cnm-files-"));
  files = new SandboxFiles(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (resolvers: readonly string[], resolvConf = host): Promise<void> =>
  files.write(sandbox.id, async () => ({ sandbox, endpoints: [], hostGateways: [], resolvers, resolvConf }));
const path = (): string => join(files.etcDir(sandbox.id), "resolv.conf");
const lines = (): readonly string[] =>
  readFileSync(path(), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

it("lead to the sandbox's resolver where there is one, and to the host's servers where not", async () => {
  await write(["127.0.0.11"]);
  expect(lines()).toEqual(["nameserver 127.0.0.11", "search example.org", "options ndots:0"]);
  await write([]);
  expect(lines()).toEqual(["nameserver 192.0.2.53", "search example.org"]);
});

it("are left alone once somebody has edited them, and followed by the host's changes until then", async () => {
  await write(["127.0.0.11"]);
  await write(["127.0.0.11"], { ...host, search: ["new.example"] });
  expect(lines()).toContain("search new.example");
  writeFileSync(path(), "nameserver 203.0.113.1\n");
  await write(["127.0.0.11"]);
  expect(lines()).toEqual(["nameserver 203.0.113.1"]);
});

it.each([
  ["", (hash: string): void => rmSync(hash)],
  [" to the end", (hash: string): void => writeFileSync(hash, "")],
])("are written again when a process died before it could say%s that they are ours", async (_, leave) => {
  await write(["127.0.0.11"]);
  leave(join(folder, "sandboxes", sandbox.id, "resolv.conf.hash"));
  writeFileSync(path(), "nameserver");
  await write(["127.0.0.11"]);
  expect(lines()).toContain("nameserver 127.0.0.11");
});

it("are gone with the sandbox, even if somebody was about to write them", async () => {
  await write([]);
  const writing = write([]);
  await files.remove(sandbox.id);
  await writing;
  expect(await files.ids()).toEqual([]);
});

/** Reads a file over and over until it is told to stop, then tells whether it has seen a name server. */
const READS = `
  const { parentPort, receiveMessageOnPort, workerData } = require("node:worker_threads");
  const { readFileSync } = require("node:fs");
  const seen = new Set();
  parentPort.postMessage("reading");
  do {
    seen.add(readFileSync(workerData, "utf8").includes("\\nnameserver "));
  } while (receiveMessageOnPort(parentPort) === undefined);
  parentPort.postMessage([...seen]);
  parentPort.close();
`;

it("are never seen empty while they are written", async () => {
  await write([]);
  const reader = new Worker(READS, { eval: true, workerData: path() });
  await once(reader, "message");
  for (let turn = 0; turn < 200; turn++) await write(turn % 2 === 0 ? ["127.0.0.11"] : []);
  reader.postMessage("enough");
  expect(await once(reader, "message")).toEqual([[true]]);
});

it("stay the same files, and end where their text ends", async () => {
  await write(["127.0.0.11"]);
  const { ino } = statSync(path());
  await write([], { ...host, search: [] });
  expect(readFileSync(path(), "utf8")).toMatch(/nameserver 192\.0\.2\.53\n$/);
  expect(statSync(path()).ino).toBe(ino);
});
