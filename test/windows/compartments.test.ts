import { randomBytes } from "node:crypto";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { pathToFileURL } from "node:url";
import type { AnswerQuery } from "@cnm/core";
import { newGuid, openCompartments, openHcnClient } from "@cnm/windows";
import { decode, encode } from "dns-packet";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { windowsLibraries } from "../../packages/windows/src/ffi/windows-libraries.ts";
import { silence } from "../support/slowness.ts";
import { emulatorPaths, openEmulator } from "./support/emulator.ts";

const LOCAL = "127.0.0.1";
const { computenetwork, vmcompute, compartments: iphlpapi } = emulatorPaths();
const threadFile = pathToFileURL(`${process.env["CNM_TEST_CHECKOUT"]}\\packages\\windows\\dist\\compartment-thread.js`);
const emulator = openEmulator();

const ids: number[] = [];
beforeAll(async () => {
  emulator.reset();
  const client = await openHcnClient({ libraries: { computenetwork, vmcompute } });
  for (let count = 0; count < 2; count++) {
    const { NamespaceId = 0 } = await client.namespaces.create({
      ID: newGuid(),
      Type: "Host",
      CreateWithCompartment: true,
    });
    ids.push(NamespaceId);
  }
  await client.close();
});
afterAll(() => emulator[Symbol.dispose]());

/** Sandboxes "box0" and "box1", and one whose compartment is nowhere. */
const open = () =>
  openCompartments({
    iphlpapi,
    threadFile,
    compartmentOf: async (path) => ids[Number(path.replace("box", ""))] ?? 9999,
  });
let compartments = open();
afterEach(async () => {
  await compartments.close();
  compartments = open();
});

const addressAnswer =
  (address: string): AnswerQuery =>
  (query) => {
    const { id, questions } = decode(Buffer.from(query));
    const [name = ""] = (questions ?? []).map((question) => question.name);
    const answers = [{ type: "A", name, data: address, ttl: 1 }] as const;
    return new Uint8Array(
      encode({ type: "response", ...(id === undefined ? {} : { id }), questions, answers: [...answers] }),
    );
  };

const query = new Uint8Array(encode({ type: "query", id: 77, questions: [{ type: "A", name: "web.example" }] }));
const addressIn = (answer: Uint8Array): unknown => {
  const [record] = decode(Buffer.from(answer)).answers ?? [];
  return record?.type === "A" ? record.data : undefined;
};
const never = new AbortController().signal;

describe("a name server in a compartment", () => {
  it("answers over UDP and TCP, at once and later", async () => {
    await compartments.openNameServer({
      namespacePath: "box0",
      address: LOCAL,
      port: 5391,
      answer: (query, via, peer) => {
        const answer = addressAnswer(via === "udp" ? "10.7.0.2" : "10.7.0.3")(query, via, peer);
        return via === "udp" ? answer : Promise.resolve(answer);
      },
    });
    const resolver = new Resolver();
    resolver.setServers([`${LOCAL}:5391`]);
    expect(await resolver.resolve4("web.example")).toEqual(["10.7.0.2"]);
    const to = { address: LOCAL, port: 5391 };
    for (const from of ["host", { namespacePath: "box0" }, { namespacePath: "box1" }] as const) {
      expect(addressIn(await compartments.upstream.exchangeUdp(from, to, query, never))).toBe("10.7.0.2");
      expect(addressIn(await compartments.upstream.exchangeTcp(from, to, query, never))).toBe("10.7.0.3");
    }
  });

  it("is an error that names the sandbox where its port is taken", async () => {
    const spec = { namespacePath: "box0", address: LOCAL, port: 5392, answer: addressAnswer("10.7.0.2") };
    const first = await compartments.openNameServer(spec);
    await expect(compartments.openNameServer(spec)).rejects.toMatchObject({
      kind: "conflict",
      code: "port-in-use",
      message: expect.stringContaining("127.0.0.1 port 5392 in box0"),
    });
    await first.close();
    await (await compartments.openNameServer(spec)).close();
  });

  it("tells of answers that fail, and goes on", async () => {
    const failures: unknown[] = [];
    let asked = 0;
    await compartments.openNameServer({
      namespacePath: "box0",
      address: LOCAL,
      port: 5393,
      onFailure: (error) => failures.push(error),
      answer: (query, via, peer) => {
        if (++asked === 1) throw new Error("at once");
        if (asked === 2) return Promise.reject(new Error("later"));
        return addressAnswer("10.7.0.2")(query, via, peer);
      },
    });
    const to = { address: LOCAL, port: 5393 };
    const attempt = async (): Promise<unknown> => {
      const end = new AbortController();
      const answer = compartments.upstream.exchangeUdp("host", to, query, end.signal);
      const known = failures.length;
      const failed = new Promise((resolve) => {
        const watch = setInterval(() => failures.length > known && resolve(clearInterval(watch)), 1);
        answer.finally(() => clearInterval(watch)).catch(() => undefined);
      });
      await Promise.race([answer, failed]);
      if (failures.length === known) return addressIn(await answer);
      end.abort(new Error("given up"));
      return await answer.catch(() => "none");
    };
    expect([await attempt(), await attempt(), await attempt()]).toEqual(["none", "none", "10.7.0.2"]);
    expect(failures.map(String)).toEqual(["Error: at once", "Error: later"]);
  });

  it("needs a compartment that is there", async () => {
    const spec = { namespacePath: "box7", address: LOCAL, port: 5394, answer: addressAnswer("10.7.0.2") };
    await expect(compartments.openNameServer(spec)).rejects.toMatchObject({
      kind: "unavailable",
      code: "compartment",
      message: expect.stringMatching(/compartment 9999: SetCurrentThreadCompartmentId.* 1168/),
    });
  });
});

describe("a query to another server", () => {
  it("ends with the signal, and says who cannot be reached", async () => {
    const nobody = { address: LOCAL, port: 1 };
    for (const from of ["host", { namespacePath: "box0" }] as const) {
      await expect(compartments.upstream.exchangeTcp(from, nobody, query, never)).rejects.toMatchObject({
        kind: "unavailable",
        code: "name-server-unreachable",
        message: expect.stringContaining("127.0.0.1 port 1: ECONNREFUSED"),
      });
      const aborted = AbortSignal.abort(new Error("enough"));
      await expect(compartments.upstream.exchangeUdp(from, nobody, query, aborted)).rejects.toThrow("enough");
    }
  });
});

describe("a connection from inside a compartment", () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await new Promise((closed) => server.close(closed));
  });

  /** Its port. */
  async function serve(onConnection: (socket: Socket) => void): Promise<number> {
    const server = createServer({ allowHalfOpen: true }, onConnection);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, LOCAL, resolve));
    return (server.address() as AddressInfo).port;
  }

  const connect = (port: number, signal = never) =>
    compartments.connect({ namespacePath: "box0", address: LOCAL, port }, { signal });

  it("carries what is said both ways, however much, and its two ends apart", async () => {
    const port = await serve((socket) => socket.pipe(socket));
    const said = randomBytes(3_000_000);
    const connection = await connect(port);
    const heard: Buffer[] = [];
    connection.on("data", (chunk: Buffer) => heard.push(chunk));
    const ended = once(connection, "end");
    connection.end(said);
    await ended;
    expect(Buffer.concat(heard).equals(said)).toBe(true);
    await new Promise<void>((resolve) => (connection.closed ? resolve() : connection.once("close", resolve)));
  });

  it("takes no more than somebody reads", async () => {
    let isHeldUp = (): void => undefined;
    const heldUp = new Promise<void>((resolve) => {
      isHeldUp = resolve;
    });
    const port = await serve((socket) => {
      socket.on("error", () => undefined);
      const flood = (): void => {
        while (socket.write(Buffer.alloc(65_536)));
      };
      // Nobody drains it: the kernel's buffers are full, on both sides.
      const quiet = setTimeout(isHeldUp, silence(400));
      socket.on("drain", () => {
        quiet.refresh();
        flood();
      });
      flood();
    });
    const connection = await connect(port);
    await heldUp;
    expect(connection.readableLength).toBeLessThan(1_000_000);
    connection.destroy();
  });

  it("says why it does not come about, and is given up with the signal", async () => {
    await expect(connect(1)).rejects.toMatchObject({
      kind: "unavailable",
      code: "no-connection",
      message: "no connection to 127.0.0.1:1: nobody listens there (ECONNREFUSED)",
    });
    await expect(connect(1, AbortSignal.abort(new Error("enough")))).rejects.toThrow("enough");
    const giveUp = new AbortController();
    const connecting = connect(1, giveUp.signal);
    giveUp.abort(new Error("enough now"));
    await expect(connecting).rejects.toThrow("enough now");
  });

  it("ends when it is closed, and with the platform", async () => {
    const gone: Promise<unknown>[] = [];
    const port = await serve((socket) => {
      socket.on("error", () => undefined);
      gone.push(new Promise((resolve) => socket.once("close", resolve)));
      socket.resume().once("end", () => socket.end());
    });
    const [first, second] = [await connect(port), await connect(port)];
    first.destroy();
    const failed = once(second, "error");
    await compartments.close();
    expect(String(await failed)).toContain("closed");
    await Promise.all(gone);
  });
});

describe("this thread", () => {
  it("stays in its own compartment, whatever threads are in", async () => {
    const { iphlpapi: library } = windowsLibraries({ iphlpapi });
    const current = library.function("GetCurrentThreadCompartmentId");
    const before = current().result;
    await compartments.openNameServer({
      namespacePath: "box0",
      address: LOCAL,
      port: 5395,
      answer: addressAnswer("10.7.0.2"),
    });
    expect(current().result).toBe(before);
    expect(ids).not.toContain(before);
  });

  it("tells a compartment's number by its GUID, and the other way round", () => {
    const { iphlpapi: library } = windowsLibraries({ iphlpapi });
    const [id = 0] = ids;
    const guid = new Uint8Array(16);
    expect(library.function("ConvertCompartmentIdToGuid")(id, guid).result).toBe(0);
    expect(library.function("ConvertCompartmentGuidToId")(guid)).toEqual({ result: 0, back: [id] });
    expect(library.function("ConvertCompartmentIdToGuid")(9999, guid).result).toBe(1168);
  });
});
