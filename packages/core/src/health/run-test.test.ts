import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runTest, type TestTools } from "./run-test.ts";

let server: Server;
let port = 0;
let answer = "";
const heads: string[] = [];
const open = new Set<Socket>();
let ended = { status: 0, output: "" };

beforeEach(async () => {
  heads.splice(0);
  server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => undefined).once("close", () => open.delete(socket));
    socket.on("data", (data) => {
      heads.push(data.toString());
      if (answer !== "") socket.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const at = server.address();
  port = typeof at === "object" && at !== null ? at.port : 0;
});
afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

const tools: TestTools = {
  connect: (address, to, signal) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: address, port: to, signal });
      socket.once("connect", () => resolve(socket)).once("error", reject);
    }),
  exec: async () => ended,
};
const never = new AbortController().signal;
const own = ["127.0.0.1"];

describe("tcp", () => {
  it("passes when one of the addresses takes a connection, and keeps none open", async () => {
    expect(await runTest({ type: "tcp", port }, ["127.0.0.2", "127.0.0.1"], tools, never)).toBe(
      `127.0.0.1:${port} takes connections`,
    );
    await expect.poll(() => open.size).toBe(0);
  });

  it("tells of every address that takes none", async () => {
    const test = { type: "tcp", port } as const;
    await expect(runTest(test, ["127.0.0.2", "127.0.0.3"], tools, never)).rejects.toThrow(
      new RegExp(`ECONNREFUSED 127\\.0\\.0\\.2:${port}; .*ECONNREFUSED 127\\.0\\.0\\.3:${port}`),
    );
    await expect(runTest({ ...test, address: "127.0.0.4" }, own, tools, never)).rejects.toThrow("127.0.0.4");
    // Who has no address of his own may still listen on the loopback.
    expect(await runTest(test, [], tools, never)).toContain("takes connections");
  });
});

describe("http", () => {
  const test = () => ({ type: "http", port, path: "/health?x" }) as const;

  it.each([
    ["HTTP/1.1 200 OK\r\ncontent-length: 9999999\r\n\r\nonly the beginning", 200],
    ["HTTP/1.1 204 No Content\r\n\r\n", 204],
    ["HTTP/1.0 302 Found\r\nlocation: http://127.0.0.1:1/\r\n\r\n", 302],
  ])("passes with %j", async (said, status) => {
    answer = said;
    expect(await runTest(test(), own, tools, never)).toBe(`127.0.0.1:${port}/health?x answers with status ${status}`);
    expect(heads[0]).toMatch(new RegExp(`^GET /health\\?x HTTP/1\\.1\r\nhost: 127\\.0\\.0\\.1:${port}\r\n`));
    await expect.poll(() => open.size).toBe(0);
  });

  it.each([
    ["HTTP/1.1 503 Busy\r\n\r\n", /\/health\?x answers with status 503$/],
    ["HTTP/1.1 404 Not Found\r\n\r\n", /status 404$/],
    ["SSH-2.0-OpenSSH\r\n", /127\.0\.0\.1:\d+\/health\?x: Parse Error/],
  ])("fails with %j", async (said, message) => {
    answer = said;
    await expect(runTest(test(), own, tools, never)).rejects.toThrow(message);
    await expect.poll(() => open.size).toBe(0);
  });

  it("is given up when the signal says so, and leaves nothing open", async () => {
    answer = "";
    const giveUp = new AbortController();
    const testing = runTest(test(), own, tools, giveUp.signal);
    await expect.poll(() => heads.length).toBe(1);
    giveUp.abort();
    await expect(testing).rejects.toThrow();
    await expect.poll(() => open.size).toBe(0);
  });
});

it("exec passes with status 0, and tells what the program wrote", async () => {
  const test = { type: "exec", command: ["check", "it"] } as const;
  ended = { status: 0, output: "fine" };
  expect(await runTest(test, own, tools, never)).toBe("fine");
  ended = { status: 3, output: "no database" };
  await expect(runTest(test, own, tools, never)).rejects.toThrow("check ended with status 3: no database");
  ended = { status: 3, output: "" };
  await expect(runTest(test, own, tools, never)).rejects.toThrow(/^check ended with status 3$/);
});
