import {
  type Guid,
  HcnError,
  type HcnNotification,
  hnsVersion,
  NOTIFICATIONS,
  newGuid,
  openHcnClient,
} from "@cnm/windows";
import { hcnConformance } from "@cnm/windows/testing";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { emulatorPaths, openEmulator } from "./support/emulator.ts";

const { computenetwork, computenetwork1809, vmcompute } = emulatorPaths();
const libraries = { computenetwork, vmcompute };
const emulator = openEmulator();
const NEW = { Version: "15.5", Strict: false, Faults: [] } as const;

/** Nothing that HNS gave out is still with us. */
function expectNothingOpen(): void {
  const { Handles, Strings } = emulator.counters();
  expect(Object.values(Handles).reduce((sum, count) => sum + count, 0)).toBe(0);
  expect(Strings).toBe(0);
}

beforeEach(() => {
  emulator.reset();
  emulator.configure(NEW);
});
afterEach(expectNothingOpen);
afterAll(() => emulator[Symbol.dispose]());

describe("the client over computenetwork.dll", () => {
  hcnConformance({ describe, it }, () => openHcnClient({ libraries }));

  it("knows the version of HNS", async () => {
    for (const [text, version] of [
      ["9.5", hnsVersion(9, 5)],
      ["15.4", hnsVersion(15, 4)],
    ] as const) {
      emulator.configure({ Version: text });
      const client = await openHcnClient({ libraries });
      expect(client.version).toEqual(version);
      await client.close();
    }
  });

  it("says which function failed with what, what HNS said, and what it was sent", async () => {
    await using client = closing(await openHcnClient({ libraries }));
    emulator.configure({
      Faults: [{ Function: "HcnCreateNetwork", Times: 1, Result: "80070020", Error: "Wird verwendet: café 漢 " }],
    });
    const error = await client.networks.create({ Name: "web", Type: "Internal" }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(HcnError);
    expect(error).toMatchObject({
      kind: "conflict",
      hresult: 0x80070020,
      hresultName: "ERROR_SHARING_VIOLATION",
      operation: expect.stringMatching(/^HcnCreateNetwork network web \(/),
      record: expect.stringContaining("café 漢"),
      request: expect.stringContaining('"Name":"web"'),
      message: expect.stringContaining("Wird verwendet: café 漢)"),
    });
    expect((await client.networks.list()).length).toBe(0);
  });

  it("leaves nothing behind when what it has made cannot be read", async () => {
    await using client = closing(await openHcnClient({ libraries }));
    emulator.configure({ Faults: [{ Function: "HcnQueryNetworkProperties", Times: 1, Result: "80004005" }] });
    await expect(client.networks.create({ Name: "web", Type: "Internal" })).rejects.toMatchObject({
      hresult: 0x80004005,
    });
    expect(emulator.counters().Objects["Networks"]).toBe(0);
  });

  it("leaves out of a list what is deleted meanwhile", async () => {
    await using client = closing(await openHcnClient({ libraries }));
    const { ID } = await client.networks.create({ Name: "web", Type: "Internal" });
    await client.networks.create({ Name: "db", Type: "Internal" });
    emulator.configure({ Faults: [{ Function: "HcnOpenNetwork", Times: 1, Result: "803b0001" }] });
    expect(await client.networks.list()).toHaveLength(1);
    expect(await client.networks.get(ID)).toMatchObject({ Name: "web" });
  });

  it("waits no longer than the signal says, while the event loop goes on", async () => {
    const client = await openHcnClient({ libraries });
    emulator.configure({ Faults: [{ Function: "HcnEnumerateNetworks", Times: 1, Hang: true }] });
    const end = new AbortController();
    const hanging = client.networks.list({}, { signal: end.signal });
    // Another call is answered meanwhile.
    expect(await client.endpoints.list()).toEqual([]);
    end.abort(new Error("enough"));
    await expect(hanging).rejects.toThrow("enough");
    emulator.release();
    await client.close();
  });

  it("makes namespaces without what an older HNS does not understand", async () => {
    emulator.configure({ Version: "9.5", Schema: "2.0", Strict: true });
    await using client = closing(await openHcnClient({ libraries }));
    const made = await client.namespaces.create({ Type: "Host", CreateWithCompartment: true });
    expect(made.NamespaceId ?? 0).toBe(0);
    expect(emulator.counters().Calls["HcnCreateNamespace"]).toBeGreaterThanOrEqual(2);
    await client.namespaces.delete(made.ID);
  });

  it("sends an older HNS nothing that it does not know", async () => {
    emulator.configure({ Version: "9.5", Schema: "2.0", Strict: true });
    await using client = closing(await openHcnClient({ libraries }));
    const calls = emulator.counters().Calls["HcnCreateNetwork"] ?? 0;
    const policy = { Type: "VxlanPort", Settings: { Port: 4790 } } as const;
    await expect(client.networks.create({ Name: "web", Type: "Overlay", Policies: [policy] })).rejects.toMatchObject({
      kind: "unsupported",
      code: "hns-version",
      message: expect.stringContaining("needs HNS ≥ 10.3; this host has 9.5"),
    });
    expect(emulator.counters().Calls["HcnCreateNetwork"] ?? 0).toBe(calls);
  });
});

describe("a host that lacks something", () => {
  it("is told of by the library's name", async () => {
    const missing = "C:\\nowhere\\vmcompute.dll";
    await expect(openHcnClient({ libraries: { computenetwork, vmcompute: missing } })).rejects.toMatchObject({
      kind: "unsupported",
      code: "library-missing",
      message: expect.stringContaining(missing),
    });
  });

  it("is told of by the function's name, and does the rest", async () => {
    await using client = closing(await openHcnClient({ libraries: { computenetwork: computenetwork1809, vmcompute } }));
    expect(await client.networks.list()).toEqual([]);
    await expect(client.routes.list()).rejects.toMatchObject({
      kind: "unsupported",
      code: "function-missing",
      message: expect.stringContaining("HcnEnumerateSdnRoutes"),
    });
  });

  it("whose HNS does not run is told of before anything is done", async () => {
    emulator.stop();
    try {
      await expect(openHcnClient({ libraries })).rejects.toMatchObject({ kind: "unavailable" });
    } finally {
      emulator.start();
    }
  });
});

describe("notifications", () => {
  // Waiting for them does not: as on Linux, what only watches lets a program end.
  let alive: NodeJS.Timeout;
  beforeEach(() => {
    alive = setInterval(() => undefined, 1000);
  });
  afterEach(() => clearInterval(alive));

  it("come from HNS's thread, in their order", async () => {
    await using client = closing(await openHcnClient({ libraries }));
    const reader = client.notifications()[Symbol.asyncIterator]();
    const ids = Array.from({ length: 500 }, () => newGuid());
    for (const id of ids) emulator.notify(NOTIFICATIONS.NetworkCreate, id.toUpperCase());
    const told: (Guid | undefined)[] = [];
    while (told.length < ids.length) told.push(idOf((await reader.next()).value));
    expect(told).toEqual(ids);
  });

  it("go on when HNS has been stopped and started, after a word that everything may be different", async () => {
    await using client = closing(await openHcnClient({ libraries }));
    const reader = client.notifications()[Symbol.asyncIterator]();
    const network = await client.networks.create({
      Name: "nat",
      Type: "NAT",
      Ipams: [{ Subnets: [{ IpAddressPrefix: "10.96.0.0/24" }] }],
    });
    await readUntil(reader, "NetworkCreate");
    emulator.stop();
    await expect(client.networks.list()).rejects.toMatchObject({ kind: "unavailable" });
    emulator.start();
    await readUntil(reader, "Relist");
    expect((await client.networks.list()).map(({ ID }) => ID)).not.toContain(network.ID);
    await client.networks.create({ Name: "again", Type: "Internal" });
    await readUntil(reader, "NetworkCreate");
  });

  it("stop for good when the client is closed, with some on their way", async () => {
    for (let round = 0; round < 20; round++) {
      const client = await openHcnClient({ libraries });
      for (let count = 0; count < 10; count++) emulator.notify(NOTIFICATIONS.NetworkCreate, newGuid());
      await client.close();
    }
  });
});

const idOf = (notification: HcnNotification): Guid | undefined =>
  notification.type === "Relist" ? undefined : notification.id;

async function readUntil(reader: AsyncIterator<HcnNotification>, type: HcnNotification["type"]): Promise<void> {
  for (;;) {
    const { value, done } = await reader.next();
    if (done === true) throw new Error(`it ended before ${type}`);
    if (value.type === type) return;
  }
}

const closing = <C extends { close(): Promise<void> }>(client: C): C & AsyncDisposable =>
  Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
