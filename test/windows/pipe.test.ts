import { createServer, get } from "node:http";
import { restrictPipe } from "@cnm/windows";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const PIPE = `\\\\.\\pipe\\cnm-test-${process.pid}`;

describe("a pipe", () => {
  const server = createServer((_, answer) => answer.end("hello"));
  beforeEach(() => new Promise<void>((resolve) => server.listen(PIPE, resolve)));
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it("is for administrators only, and works for one", async () => {
    restrictPipe(PIPE);
    // Again: the access list that is there now lets us change it.
    restrictPipe(PIPE);
    const status = await new Promise((resolve, reject) => {
      get({ socketPath: PIPE, path: "/", agent: false }, (answer) => {
        answer.resume().on("end", () => resolve(answer.statusCode));
      }).on("error", reject);
    });
    expect(status).toBe(200);
  });

  it("that is not there is an error that names it", () => {
    expect(() => restrictPipe(`${PIPE}-nobody`)).toThrow(
      expect.objectContaining({ code: "pipe-access", message: expect.stringContaining(`${PIPE}-nobody`) }),
    );
  });
});
