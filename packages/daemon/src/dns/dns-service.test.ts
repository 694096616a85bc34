import { type Controller, createController, memoryStore, type SandboxHandle, silentLogger } from "@cnm/core";
import { type FakePlatform, fakePlatform } from "@cnm/core/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type DnsService, openDnsService } from "./dns-service.ts";

let platform: FakePlatform;
let cnm: Controller;
let dns: DnsService;

beforeEach(async () => {
  platform = fakePlatform();
  cnm = await createController({ platform, store: memoryStore() });
  await cnm.createNetwork({ name: "app" });
  await cnm.createNetwork({ name: "bridge", ipam: { subnets: ["10.99.0.0/24"] } });
  dns = await openService();
});
afterEach(async () => {
  await dns.close();
  await cnm.close();
});

const openService = (): Promise<DnsService> =>
  openDnsService({
    cnm,
    platform,
    host: () => ({ servers: ["192.0.2.53"], search: [], options: [] }),
    logger: silentLogger,
  });

async function resolverOf(box: SandboxHandle): Promise<string> {
  return `${(await box.info()).namespace.path} 127.0.0.11:53`;
}

/** A question for the address of a name. */
function question(name: string): Uint8Array {
  const labels = name.split(".").flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Uint8Array.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1]);
}

const rcodeOf = (answer: Uint8Array | undefined): number => (answer?.[3] ?? 0xff) & 0xf;
const countOf = (answer: Uint8Array | undefined): number => ((answer?.[6] ?? 0) << 8) | (answer?.[7] ?? 0);

it("has a resolver in each sandbox on a network with names, from the join to the leave", async () => {
  const box = await cnm.createSandbox({ name: "box" });
  const plain = await cnm.createSandbox({ name: "plain" });
  await plain.join("bridge");
  await dns.ready(plain.id);
  expect(platform.nameServers.names).toEqual([]);
  const endpoint = await box.join("app");
  expect(dns.serves(box.id)).toBe(true);
  await dns.ready(box.id);
  expect(platform.nameServers.names).toEqual([await resolverOf(box)]);
  const answer = await platform.nameServers.ask(await resolverOf(box), question("box"));
  expect([rcodeOf(answer), countOf(answer)]).toEqual([0, 1]);
  await endpoint.leave();
  await dns.ready(box.id);
  expect(platform.nameServers.names).toEqual([]);
});

it("takes up sandboxes that are there when it begins, and lets go of all when it ends", async () => {
  const boxes = [await cnm.createSandbox({ name: "one" }), await cnm.createSandbox({ name: "two" })];
  for (const box of boxes) await box.join("app");
  await dns.close();
  expect(platform.nameServers.names).toEqual([]);
  dns = await openService();
  expect([...platform.nameServers.names].sort()).toEqual((await Promise.all(boxes.map(resolverOf))).sort());
  await boxes[0]?.remove();
  await dns.close();
  expect(platform.nameServers.names).toEqual([]);
});

it("asks the host's servers for other names, with bytes of its own, and counts", async () => {
  const box = await cnm.createSandbox({ name: "box" });
  await box.join("app");
  await dns.ready(box.id);
  platform.nameServers.outside.set("192.0.2.53:53", (query) => {
    const answer = query.slice();
    answer[2] = 0x81;
    answer[3] = 0x83;
    return answer;
  });
  const query = question("elsewhere.example");
  const asked = platform.nameServers.ask(await resolverOf(box), query);
  // The buffer is the platform's, and the next query comes into it.
  query.fill(0);
  const answer = await asked;
  expect([answer?.[0], answer?.[1], rcodeOf(answer)]).toEqual([0x12, 0x34, 3]);
  expect(platform.nameServers.sent).toMatchObject([{ from: "host", via: "udp" }]);
  expect(dns.statistics.queries).toEqual({ answered: 0, forwarded: 1, ignored: 0, failed: 0 });
});

it("tells why a sandbox has no resolver", async () => {
  await dns.close();
  dns = await openDnsService({
    cnm,
    platform: {
      upstream: platform.upstream,
      openNameServer: async () => {
        throw new Error("the port is taken");
      },
    },
    host: () => ({ servers: [], search: [], options: [] }),
    logger: silentLogger,
  });
  const box = await cnm.createSandbox({ name: "box" });
  await box.join("app");
  await expect(dns.ready(box.id)).rejects.toThrow("the port is taken");
});
