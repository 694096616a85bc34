import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Io } from "../io.ts";
import { connectApi } from "./connect.ts";

/** Listens as a daemon does, and notes who it is; a second one on the same socket ends, as a daemon would. */
const LISTENS = `
  import { createServer } from "node:http";
  import { appendFileSync } from "node:fs";
  const socket = process.argv[process.argv.indexOf("--socket") + 1];
  const server = createServer((_, response) => response.end("[]"));
  server.on("error", (error) => { console.error("taken: " + error.code); process.exit(1); });
  server.listen(socket, () => appendFileSync(socket + ".pids", process.pid + "\\n"));
`;
const FAILS = 'console.error("the state directory is held by pid 4242"); process.exit(1);';

let folder = "";
let socket = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cnm-connect-"));
  socket = join(folder, "run", "cnm.sock");
});
afterEach(() => {
  if (existsSync(`${socket}.pids`)) {
    for (const pid of readFileSync(`${socket}.pids`, "utf8").trim().split("\n")) process.kill(Number(pid), "SIGKILL");
  }
  rmSync(folder, { recursive: true });
});

function connect(script: string, env: Io["env"] = {}) {
  const path = join(folder, "daemon.mjs");
  writeFileSync(path, script);
  const io: Io = { env, folder, watched: false, out: () => undefined, err: () => undefined };
  const daemonCommand = [process.execPath, path, "daemon"] as const;
  return connectApi({ io, address: { kind: "socket", path: socket }, daemonCommand, stateDir: join(folder, "state") });
}

it("starts a daemon where none listens, once", async () => {
  expect(await connect(LISTENS).networks({})).toEqual([]);
  expect(await connect(LISTENS).networks({})).toEqual([]);
  expect(readFileSync(`${socket}.pids`, "utf8").trim().split("\n")).toHaveLength(1);
  expect(existsSync(join(folder, "state", "daemon.log"))).toBe(true);
});

it("starts one where another left its socket behind", async () => {
  await connect(LISTENS).networks({});
  const witness = createConnection(socket);
  await once(witness, "connect");
  // It may be reset or ended: closed it is either way.
  witness.on("error", () => undefined);
  const gone = new Promise((resolve) => witness.once("close", resolve));
  process.kill(Number(readFileSync(`${socket}.pids`, "utf8")), "SIGKILL");
  await gone;
  rmSync(`${socket}.pids`);
  const takesOver = `import { rmSync } from "node:fs"; rmSync(process.argv[4], { force: true });\n${LISTENS}`;
  expect(await connect(takesOver).networks({})).toEqual([]);
});

const serve = async (server: Server): Promise<void> => {
  mkdirSync(dirname(socket));
  await once(server.listen(socket), "listening");
};

it.each([
  ["before", 0],
  ["after", 3],
])("starts one where another went without a look at the request, %s it was sent", async (_, turns) => {
  const server = createServer({ pauseOnConnect: true }, async (connection) => {
    for (let turn = 0; turn < turns; turn++) await setImmediate();
    server.close();
    connection.destroy();
  });
  await serve(server);
  expect(await connect(LISTENS).networks({})).toEqual([]);
  expect(readFileSync(`${socket}.pids`, "utf8").trim().split("\n")).toHaveLength(1);
});

it("asks nobody else where one went with the request", async () => {
  const server = createServer((connection) => {
    server.close();
    connection.once("data", () => connection.destroy());
  });
  await serve(server);
  await expect(connect(LISTENS).networks({})).rejects.toThrow(`cannot talk to the daemon at ${socket}: socket hang up`);
  expect(existsSync(`${socket}.pids`)).toBe(false);
});

it("two at once get along with one daemon", async () => {
  const answers = await Promise.all([connect(LISTENS).networks({}), connect(LISTENS).networks({})]);
  expect(answers).toEqual([[], []]);
  expect(readFileSync(`${socket}.pids`, "utf8").trim().split("\n")).toHaveLength(1);
});

it("says what the daemon said when it does not come up", async () => {
  await expect(connect(FAILS).networks({})).rejects.toThrow(
    `the daemon does not come up at ${socket}: the state directory is held by pid 4242 (${folder}/state/daemon.log)`,
  );
});

it("starts none with CNM_AUTOSTART=0", async () => {
  const api = connect(LISTENS, { CNM_AUTOSTART: "0" });
  await expect(api.networks({})).rejects.toThrow(/no daemon listens at .*start it with "cnm daemon"/);
  expect(existsSync(join(folder, "state"))).toBe(false);
});
