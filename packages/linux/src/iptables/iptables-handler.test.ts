import { type EndpointId, HOST_OWNER, type NetworkId } from "@cnm/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeIptables } from "../../../../test/support/fake-iptables.ts";
import type { FirewallNetwork } from "../firewall/firewall.ts";
import { cnmChains } from "../firewall/iptables/chains.ts";
import { iptablesFirewall } from "../firewall/iptables/iptables-firewall.ts";
import type { IptablesChainsResource, IptablesRuleResource, LinuxResource } from "../resources/resource.ts";
import { keyed } from "../resources/resource-key.ts";
import { iptablesHandler } from "./iptables-handler.ts";
import { iptablesFeature, iptablesProgram } from "./iptables-program.ts";
import { removeIptablesLeftovers } from "./remove-leftovers.ts";

type Planned = IptablesChainsResource | IptablesRuleResource;

const firewall = iptablesFirewall();
const chains = { 4: cnmChains(4), 6: cnmChains(6) };
const ours = (planned: readonly LinuxResource[]): readonly Planned[] =>
  planned.filter((one): one is Planned => one.kind === "iptables-chains" || one.kind === "iptables-rule");

const network = (at: number): FirewallNetwork => ({
  id: `${at}`.repeat(64) as NetworkId,
  bridge: `br-${at}`,
  icc: at % 2 === 0,
  internal: false,
  families: [
    { family: 4, subnet: `10.${at}.0.0/24`, gatewayMode: "nat", source: { translate: "masquerade" } },
    { family: 6, subnet: `fd0${at}::/64`, gatewayMode: "nat", source: { translate: "none" } },
  ],
});
const [one, two] = [1, 2].map((at) => ours(firewall.planNetwork(network(at)))) as [Planned[], Planned[]];
const endpoint = ours([
  ...firewall.planEndpoint({
    id: "ab".repeat(32) as EndpointId,
    network: network(1),
    addresses: ["10.1.0.2", "fd01::2"],
    trustedInterfaces: ["wg0"],
    directRouting: false,
  }),
  ...firewall.planPort({
    endpointId: "ab".repeat(32) as EndpointId,
    network: network(1),
    protocol: "tcp",
    host: { address: "127.0.0.1", port: 8080 },
    target: { address: "10.1.0.2", port: 80 },
  }),
]);
const everything = { wanted: [], departing: [], namespaces: [] };
const keys = (resources: readonly { readonly key: string }[]) => resources.map(({ key }) => key).sort();
const union = (...lists: readonly (readonly Planned[])[]) => [
  ...new Map(lists.flat().map((resource) => [resource.key, resource])).values(),
];

function setUp() {
  const fake = new FakeIptables();
  const program = iptablesProgram(fake);
  return { fake, program, handler: iptablesHandler({ chains, program }) };
}

describe("the handler of iptables", () => {
  it("starts one process a family that reads, and one that writes", async () => {
    const { fake, handler } = setUp();
    const many = union(one, two, endpoint);
    await handler.apply({ remove: [], add: many });
    expect(fake.started.sort()).toEqual(["ip6tables-restore", "ip6tables-save", "iptables-restore", "iptables-save"]);
    fake.started.length = 0;
    const of4 = endpoint.filter(({ family }) => family === 4);
    await handler.apply({ remove: of4, add: [] });
    expect(fake.started).toEqual(["iptables-save", "iptables-restore"]);
    expect(keys(await handler.observe(everything))).toEqual(keys(many.filter((resource) => !of4.includes(resource))));
  });

  it("does nothing that is done already", async () => {
    const { fake, handler } = setUp();
    await handler.apply({ remove: [], add: one });
    fake.started.length = 0;
    await handler.apply({ remove: endpoint, add: one });
    expect(fake.started.sort()).toEqual(["ip6tables-save", "iptables-save"]);
  });

  it("takes turns: changes that are asked for at once do not make chains twice", async () => {
    const { handler } = setUp();
    await Promise.all([
      handler.apply({ remove: [], add: one }),
      handler.apply({ remove: [], add: two }),
      handler.apply({ remove: [], add: endpoint }),
    ]);
    expect(keys(await handler.observe(everything))).toEqual(keys(union(one, two, endpoint)));
  });

  it("comes to what is planned, whatever the order, and leaves nothing behind", async () => {
    const steps = fc.array(fc.tuple(fc.subarray([...one, ...two, ...endpoint].filter(isRule)), fc.boolean()));
    await fc.assert(
      fc.asyncProperty(steps, async (changes) => {
        const { fake, handler } = setUp();
        const skeletons = one.filter(({ kind }) => kind === "iptables-chains");
        const there = new Map(skeletons.map((resource): [string, Planned] => [resource.key, resource]));
        await handler.apply({ remove: [], add: skeletons });
        for (const [rules, adding] of changes) {
          for (const rule of rules) adding ? there.set(rule.key, rule) : there.delete(rule.key);
          await handler.apply(adding ? { remove: [], add: rules } : { remove: rules, add: [] });
          expect(keys(await handler.observe(everything))).toEqual([...there.keys()].sort());
          const found = (await handler.observe(everything)).filter(({ kind }) => kind === "iptables-chains");
          expect(new Set(found)).toEqual(new Set(skeletons));
        }
        await handler.apply({ remove: [...there.values()], add: [] });
        expect(fake.text("ip") + fake.text("ip6")).not.toContain("CNM-");
      }),
      { numRuns: 50 },
    );
  });

  it("undoes every family and table, whichever fails", async () => {
    const tables = ["ip filter", "ip nat", "ip mangle", "ip6 filter", "ip6 nat", "ip6 mangle"];
    for (const table of tables) {
      for (const [before, change] of [
        [[], { remove: [], add: [...one, ...endpoint] }],
        [one, { remove: one, add: [] }],
        [[...one, ...endpoint], { remove: [...one, ...endpoint], add: two }],
      ] as const) {
        const { fake, handler } = setUp();
        await handler.apply({ remove: [], add: before });
        fake.failing.add(table);
        const outcome = handler.apply(change).catch((error: unknown) => String(error));
        expect(await outcome).toMatch(/tables-restore failed \(1\): line \d+ failed: refused; line \d+ was "COMMIT"/);
        expect(keys(await handler.observe(everything))).toEqual(keys(union(before)));
      }
    }
  });

  it("says whose a rule is, and moves it to another", async () => {
    const { handler } = setUp();
    await handler.apply({ remove: [], add: [...one, ...endpoint] });
    const [rule] = endpoint;
    if (rule === undefined) throw new Error("no rule");
    const moved = { ...rule, owner: { kind: "endpoint", id: "cd" } } as const;
    await handler.apply({ remove: [rule], add: [moved] });
    expect(await handler.observe({ ...everything, owners: new Set(["cnm:endpoint:cd"]) })).toEqual([moved]);
  });

  it("sees and heals what others did to its chains, and keeps the elements", async () => {
    for (const damage of [
      "*filter\n-F CNM-INTO\nCOMMIT\n",
      "*filter\n-A CNM-OPEN -j ACCEPT\nCOMMIT\n",
      "*nat\n-F POSTROUTING\nCOMMIT\n",
      "*nat\n:CNM-OLD - [0:0]\n-A OUTPUT -j CNM-OLD\nCOMMIT\n",
      `*mangle\n-A CNM-DIRECT -i eth7 -m comment --comment "cnm:endpoint:ab" -j RETURN\nCOMMIT\n`,
    ]) {
      const { fake, handler } = setUp();
      const all = union(one, endpoint);
      await handler.apply({ remove: [], add: all });
      await fake.run("iptables-restore", [], damage);
      const found = await handler.observe(everything);
      const skeleton = all.find(({ key }) => key === "iptables-chains 4");
      const damaged = found.find(({ key }) => key === "iptables-chains 4");
      if (skeleton === undefined || damaged === undefined) throw new Error("no skeleton");
      expect(handler.difference?.(skeleton, damaged)).toMatch(/not as they shall be/);
      await handler.apply({ remove: [damaged], add: [skeleton] });
      const healed = await handler.observe(everything);
      expect(healed).toContainEqual(skeleton);
      for (const resource of all) expect(healed).toContainEqual(resource);
      expect(fake.text("ip")).not.toContain("CNM-OLD");
    }
  });

  it("adds nothing to chains that somebody deleted, and removes from them without a word", async () => {
    const { fake, handler } = setUp();
    await expect(handler.apply({ remove: [], add: endpoint })).rejects.toThrow(/is gone: somebody deleted it/);
    await handler.apply({ remove: endpoint, add: [] });
    expect(fake.inputs).toEqual([]);
  });

  it("names the program that is missing, and needs ip6tables for IPv6 only", async () => {
    const fake = new FakeIptables();
    const only4 = iptablesProgram({ ...fake, find: (name) => (name.startsWith("ip6") ? undefined : name) });
    const handler = iptablesHandler({ chains, program: only4 });
    const skeleton4 = one.filter(({ family }) => family === 4);
    await handler.apply({ remove: [], add: skeleton4 });
    expect(keys(await handler.observe(everything))).toEqual(keys(skeleton4));
    await expect(handler.apply({ remove: [], add: two })).rejects.toMatchObject({
      kind: "unsupported",
      code: "iptables-missing",
      message: expect.stringMatching(/ip6tables-save.*install/),
    });
    expect(keys(await handler.observe(everything))).toEqual(keys(skeleton4));
    expect(iptablesFeature(() => undefined)).toMatchObject({ available: false });
  });
});

describe("leftovers", () => {
  it("go when another firewall begins, but for the administrator's rules", async () => {
    const { fake, handler, program } = setUp();
    await handler.apply({ remove: [], add: [...one, ...endpoint] });
    await fake.run("iptables-restore", [], "*filter\n-A CNM-USER -s 192.0.2.7 -j DROP\nCOMMIT\n");
    expect(await removeIptablesLeftovers(program)).toEqual([4, 6]);
    expect(fake.text("ip").match(/^.*CNM-.*$/gm)).toEqual([":CNM-USER - [0:0]", "-A CNM-USER -s 192.0.2.7 -j DROP"]);
    expect(fake.text("ip6")).not.toContain("CNM-");
    fake.started.length = 0;
    expect(await removeIptablesLeftovers(program)).toEqual([]);
    expect(fake.started.sort()).toEqual(["ip6tables-save", "iptables-save"]);
  });

  it("are not looked for where the programs are absent", async () => {
    const fake = new FakeIptables();
    expect(await removeIptablesLeftovers(iptablesProgram({ ...fake, find: () => undefined }))).toEqual([]);
    expect(fake.started).toEqual([]);
  });
});

function isRule(resource: Planned): resource is IptablesRuleResource {
  return resource.kind === "iptables-rule";
}

it("has keys that tell apart what differs", () => {
  const rule = { kind: "iptables-rule", owner: HOST_OWNER, family: 4, table: "nat", chain: "X", rule: ["-j"] } as const;
  expect(keyed(rule).key).toBe("iptables-rule 4 nat X -j");
  expect(keyed({ ...rule, table: "mangle" }).key).not.toBe(keyed(rule).key);
});
