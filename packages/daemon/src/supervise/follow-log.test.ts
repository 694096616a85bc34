import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { followLog } from "./follow-log.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cnm-log-"));
  path = join(folder, "log");
});
afterEach(() => rmSync(folder, { recursive: true }));

async function all(stream: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

const never = new AbortController().signal;

describe("followLog", () => {
  it.each([
    [undefined, "a\nb\nc\n", "a\nb\nc\n"],
    [0, "a\nb\n", ""],
    [1, "a\nb\nc\n", "c\n"],
    [2, "a\nb\nc", "b\nc"],
    [9, "a\nb\n", "a\nb\n"],
    [1, "", ""],
  ])("tail %s of %j", async (tail, text, wanted) => {
    writeFileSync(path, text);
    expect(await all(followLog(path, tail === undefined ? {} : { tail }, never))).toBe(wanted);
  });

  it("finds lines that lie further back than one piece", async () => {
    writeFileSync(path, `first\n${"x".repeat(200_000)}\nlast\n`);
    expect((await all(followLog(path, { tail: 2 }, never))).length).toBe(200_006);
  });

  it("tells what is written until the program ends", async () => {
    writeFileSync(path, "a\n");
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const seen: string[] = [];
    for await (const piece of followLog(path, { ended }, never)) {
      seen.push(piece.toString());
      if (seen.length === 1) appendFileSync(path, "b\n");
      if (seen.length === 2) {
        appendFileSync(path, "c\n");
        end();
      }
    }
    expect(seen.join("")).toBe("a\nb\nc\n");
  });

  it("ends with its reader", async () => {
    writeFileSync(path, "a\n");
    const gone = new AbortController();
    const seen: string[] = [];
    for await (const piece of followLog(path, { ended: new Promise(() => undefined) }, gone.signal)) {
      seen.push(piece.toString());
      gone.abort();
    }
    expect(seen).toEqual(["a\n"]);
  });
});
