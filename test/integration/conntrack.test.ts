import { createSocket } from "node:dgram";
import { once } from "node:events";
import { bindLibc, loadFfi } from "@cnm/linux";
import { afterAll, describe, expect, it } from "vitest";
import { deleteFlow, dumpFlows, type Flow } from "../../packages/linux/src/conntrack/flow.ts";
import { flowsHandler } from "../../packages/linux/src/conntrack/flows-handler.ts";
import { NETLINK_NETFILTER } from "../../packages/linux/src/netlink/constants.ts";
import { openNetlinkSocket } from "../../packages/linux/src/netlink/socket.ts";
import { keyed } from "../../packages/linux/src/resources/resource-key.ts";
import { enterFreshHost, run } from "../support/host.ts";

const host = enterFreshHost();
const libc = bindLibc(loadFfi());
const openSocket = () => openNetlinkSocket(libc, NETLINK_NETFILTER);
const socket = openSocket();
const handler = flowsHandler({
  openSocket,
  hostAddresses: async () => new Set(["192.0.2.1", "2001:db8::1", "127.0.0.1"]),
});
afterAll(async () => {
  await Promise.all([socket.close(), handler.close()]);
  host.close();
});

// Packets to port 7000 are led to the neighbour's port 7001; nobody there listens, which does not matter to tracking.
host.makeNeighbour();
run(
  "nft",
  ["-f", "-"],
  undefined,
  `table inet lead { chain output { type nat hook output priority -100;
     ip daddr 192.0.2.1 udp dport 7000 dnat ip to 192.0.2.2:7001
     ip6 daddr 2001:db8::1 udp dport 7000 dnat ip6 to [2001:db8::2]:7001
     }
   }
`,
);

const flows = (hostAddress: string, hostPort: number, target: string, targetPort: number) =>
  keyed({
    kind: "flows",
    owner: { kind: "endpoint", id: "ab" } as const,
    protocol: "udp" as const,
    hostAddress,
    hostPort,
    target,
    targetPort,
  });

describe.each([
  { family: 4, wildcard: "0.0.0.0", own: "192.0.2.1", other: "192.0.2.2", type: "udp4" },
  { family: 6, wildcard: "::", own: "2001:db8::1", other: "2001:db8::2", type: "udp6" },
] as const)("connection tracking, IPv$family", ({ family, wildcard, own, other, type }) => {
  const send = async (port: number): Promise<void> => {
    const client = createSocket(type);
    await new Promise<void>((resolve, reject) =>
      client.send("x", port, own, (error) => (error === null ? resolve() : reject(error))),
    );
    client.close();
    await once(client, "close");
  };
  const tracked = (): string => run("conntrack", ["-L", "-f", `ipv${family}`, "-p", "udp"]);

  it("lists translated flows as conntrack does", async () => {
    await send(7000);
    expect(tracked()).toMatch(/dport=7000 .*src=\S+2 dst=\S+ sport=7001/);
    const [flow] = (await dumpFlows(socket)).filter(
      (one) => one.family === family && one.original.destinationPort === 7000,
    );
    expect(flow).toMatchObject({
      protocol: 17,
      original: { destination: own, destinationPort: 7000 },
      reply: { source: other, sourcePort: 7001 },
    });
  });

  it("forgets what a mapping that goes has led, and nothing else", async () => {
    await send(7000);
    await send(7999);
    await handler.apply({ remove: [flows(wildcard, 7000, other, 7999)], add: [] });
    await handler.apply({ remove: [flows(wildcard, 7001, other, 7001)], add: [] });
    expect(tracked()).toContain("dport=7000");
    await handler.apply({ remove: [flows(wildcard, 7000, other, 7001)], add: [] });
    expect(tracked()).not.toContain("dport=7000");
    expect(tracked()).toContain("dport=7999");
  });

  it("forgets what many mappings have led that go at once", async () => {
    await send(7000);
    await send(7999);
    const others = Array.from({ length: 20 }, (_, at) => flows(wildcard, 8000 + at, other, 7001));
    await handler.apply({ remove: [...others, flows(other, 7000, other, 7001), flows(own, 7000, other, 7)], add: [] });
    expect(tracked()).toContain("dport=7000");
    await handler.apply({ remove: [...others, flows(own, 7000, other, 7001)], add: [] });
    expect(tracked()).not.toContain("dport=7000");
    expect(tracked()).toContain("dport=7999");
  });

  it("forgets the flow that was listed, and no other that has taken its port and number since", async () => {
    await send(7000);
    const [old] = (await dumpFlows(socket)).filter((one) => one.family === family && one.reply.sourcePort === 7001);
    if (old === undefined) throw new Error("the flow is not tracked");
    const { CTA_ID: _, ...attributes } = old.message.attributes;
    const sameNumber: Flow = { ...old, message: { ...old.message, attributes } };
    const { source, sourcePort, destination, destinationPort } = old.original;
    const asked = ["-p", "udp", "-s", source, "-d", destination];
    const ports = ["--sport", String(sourcePort), "--dport", String(destinationPort)];
    run("conntrack", ["-D", ...asked, ...ports]);
    const answers = ["--reply-src", other, "--reply-dst", source, "--reply-port-src", "7002"];
    run("conntrack", ["-I", ...asked, ...ports, ...answers, "--reply-port-dst", String(sourcePort), "-t", "60"]);
    expect((await socket.execute([deleteFlow(sameNumber)]))[0]).toMatchObject({ code: "ENOENT" });
    expect(tracked()).toMatch(/dport=7000 .*sport=7002/);
    const [young] = (await dumpFlows(socket)).filter((one) => one.family === family && one.reply.sourcePort === 7002);
    if (young === undefined) throw new Error("the new flow is not tracked");
    expect(await socket.execute([deleteFlow(young)])).toEqual([undefined]);
    expect(tracked()).not.toContain("sport=7002");
  });

  it("looks at the host address of a mapping that has one", async () => {
    await send(7000);
    await handler.apply({ remove: [flows(other, 7000, other, 7001)], add: [] });
    expect(tracked()).toContain("dport=7000");
    await handler.apply({ remove: [flows(own, 7000, other, 7001)], add: [] });
    expect(tracked()).not.toContain("dport=7000");
  });

  it("forgets what led elsewhere when a mapping comes, and keeps what leads there already", async () => {
    await send(7000);
    await handler.apply({ remove: [], add: [flows(wildcard, 7000, other, 7001)] });
    expect(tracked()).toContain("dport=7000");
    await handler.apply({ remove: [], add: [flows(wildcard, 7000, other, 9)] });
    expect(tracked()).not.toContain("dport=7000");
  });
});
