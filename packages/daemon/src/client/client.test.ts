import { describe, expect, it } from "vitest";
import { createClient } from "./create-client.ts";
import { readLines } from "./read-lines.ts";
import { reviveError } from "./revive-error.ts";

describe("the client", () => {
  it("makes of an answer the error that the daemon had", () => {
    expect(reviveError(403, "pool-overlap", '{"message":"they overlap"}')).toMatchObject({
      kind: "forbidden",
      code: "pool-overlap",
      status: 403,
      message: "they overlap",
    });
    expect(reviveError(400, "invalid-options", '{"message":"m","faults":["a","b"]}').faults).toEqual(["a", "b"]);
    expect(reviveError(502, undefined, "<html>")).toMatchObject({ kind: "internal", code: "http-502" });
    expect(reviveError(413, undefined, '{"message":"too long"}')).toMatchObject({ kind: "invalid" });
  });

  it("refuses hosts that cannot be", () => {
    for (const host of ["", "/run/cnm.sock", "http://x", "tcp://x", "unix://relative"]) {
      expect(() => createClient({ host })).toThrow("has to be unix:///path, tcp://host:port or npipe:////./pipe/name");
    }
  });

  it("says who is not there", async () => {
    await using client = createClient({ host: "unix:///no/such/socket" });
    await expect(client.networks()).rejects.toMatchObject({
      kind: "unavailable",
      code: "daemon-unreachable",
      message: "cannot connect to the cnm daemon at unix:///no/such/socket: nobody listens there",
    });
  });

  it("reads lines that come in pieces", async () => {
    async function* pieces() {
      yield Buffer.from("on");
      yield Buffer.from("e\ntwo\nth");
      yield Buffer.from([0x72, 0xc3]);
      yield Buffer.from([0xa9, 0x65]);
    }
    const lines: string[] = [];
    for await (const line of readLines(pieces())) lines.push(line);
    expect(lines).toEqual(["one", "two", "thrée"]);
  });
});
