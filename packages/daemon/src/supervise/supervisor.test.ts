import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Controller, memoryStore, type Sandbox, silentLogger } from "@cnm/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SandboxFiles } from "../files/sandbox-files.ts";
import type { Host } from "../host/host.ts";
import { EventJournal } from "../journal/event-journal.ts";
import { EMPTY_RECORD, type ProcessRecord } from "../records/sandbox-record.ts";
import { SandboxRecords } from "../records/sandbox-records.ts";
import { Supervisor } from "./supervisor.ts";

const running: ProcessRecord = { pid: 4_000_000, startTime: "7", started: "2026-01-01T00:00:00.000Z" };
const program = { cmd: ["sleep"], env: [] };

let there: Set<string>;
let exits: Map<number, () => void>;
let records: SandboxRecords;
let journal: EventJournal;
let supervisor: Supervisor;
let state: string;

beforeEach(async () => {
  there = new Set(["plain", "half", "runs", "ended"]);
  exits = new Map();
  records = await SandboxRecords.open(memoryStore());
  journal = new EventJournal();
  const handle = (id: string) => ({
    id,
    info: async () => ({ id, name: id, labels: {} }) as unknown as Sandbox,
    remove: async () => void there.delete(id),
  });
  const cnm = {
    sandboxes: async () => [...there].map(handle),
    sandbox: async (id: string) => handle(id),
  } as unknown as Controller;
  const host = {
    startTime: (pid: number) => (pid === running.pid ? "7" : undefined),
    watchProcess: (pid: number, _: string, onExit: () => void) => {
      if (pid !== running.pid) return undefined;
      exits.set(pid, onExit);
      return { [Symbol.dispose]: () => void exits.delete(pid) };
    },
  } as unknown as Host;
  state = mkdtempSync(join(tmpdir(), "cnm-supervisor-"));
  const files = new SandboxFiles(state);
  supervisor = new Supervisor({ cnm, host, records, files, journal, logger: silentLogger });
});
afterEach(() => rmSync(state, { recursive: true }));

describe("a supervisor that starts", () => {
  it("removes what was half made, and records of what is gone", async () => {
    await records.put("half", { ...EMPTY_RECORD, program });
    await records.put("gone", EMPTY_RECORD);
    await supervisor.recover();
    expect([...there]).toEqual(["plain", "runs", "ended"]);
    expect(records.ids()).toEqual([]);
  });

  it("removes folders of what is gone", async () => {
    for (const id of ["plain", "gone"]) mkdirSync(join(state, "sandboxes", id, "etc"), { recursive: true });
    await supervisor.recover();
    expect(readdirSync(join(state, "sandboxes"))).toEqual(["plain"]);
  });

  it("finds what runs, and hears when it ends", async () => {
    await records.put("runs", { ...EMPTY_RECORD, program: { ...program, process: running } });
    await supervisor.recover();
    const waiting = supervisor.wait("runs", AbortSignal.any([]));
    exits.get(running.pid)?.();
    expect(await waiting).toBe(-1);
    expect(records.get("runs").program?.process?.finished).toBeDefined();
    expect(journal.kept().map(({ Action }) => Action)).toEqual(["die"]);
    await expect(supervisor.wait("runs", AbortSignal.any([]))).resolves.toBe(-1);
  });

  it("learns what has ended, and removes what was to go then", async () => {
    const process = { ...running, pid: 4_000_001 };
    await records.put("ended", { ...EMPTY_RECORD, autoRemove: true, program: { ...program, process } });
    await supervisor.recover();
    expect([...there]).toEqual(["plain", "half", "runs"]);
  });

  it("lets everything run when it is closed", async () => {
    await records.put("runs", { ...EMPTY_RECORD, program: { ...program, process: running } });
    await supervisor.recover();
    supervisor.close();
    expect(exits.size).toBe(0);
    expect(there.has("runs")).toBe(true);
  });

  it("has nothing to wait for or to kill in a sandbox without a program", async () => {
    await expect(supervisor.wait("plain", AbortSignal.any([]))).rejects.toMatchObject({ code: "no-program" });
    expect(() => supervisor.kill("plain", "TERM")).toThrow("is not running");
    expect(() => supervisor.kill("plain", "FOO")).toThrow("Invalid signal: FOO");
  });
});
