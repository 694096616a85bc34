import type { EndpointId, NetworkId } from "@cnm/core";
import type { LinuxResource } from "@cnm/linux";
import { bindLibc, currentNamespace, loadFfi } from "@cnm/linux";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { cnmChains } from "../../packages/linux/src/firewall/iptables/chains.ts";
import { iptablesFirewall } from "../../packages/linux/src/firewall/iptables/iptables-firewall.ts";
import { iptablesHandler } from "../../packages/linux/src/iptables/iptables-handler.ts";
import { iptablesProgram } from "../../packages/linux/src/iptables/iptables-program.ts";
import { removeIptablesLeftovers } from "../../packages/linux/src/iptables/remove-leftovers.ts";
import { programRunner } from "../../packages/linux/src/iptables/run-program.ts";
import type { IptablesChainsResource, IptablesRuleResource } from "../../packages/linux/src/resources/resource.ts";
import { keyed } from "../../packages/linux/src/resources/resource-key.ts";
import { enterFreshHost, run } from "../support/host.ts";

type Planned = IptablesChainsResource | IptablesRuleResource;

const host = enterFreshHost();
const own = currentNamespace(bindLibc(loadFfi()));
afterAll(() => {
  own.close();
  host.close();
});

const options = { acceptMark: { value: 0x10, mask: 0xf0 } };
const firewall = iptablesFirewall(options);
const endpointId = "ab".repeat(32) as EndpointId;
const network = {
  id: "cd".repeat(32) as NetworkId,
  bridge: "br-0123456789ab",
  icc: false,
  internal: false,
  families: [
    { family: 4, subnet: "10.7.0.0/24", gatewayMode: "nat", source: { translate: "masquerade" } },
    { family: 6, subnet: "fd07::/64", gatewayMode: "routed", source: { translate: "none" } },
  ],
} as const;
const other = {
  ...network,
  id: "ef".repeat(32) as NetworkId,
  bridge: "other.5",
  families: [
    {
      family: 4,
      subnet: "10.8.0.0/16",
      gatewayMode: "nat-unprotected",
      source: { translate: "snat", to: "192.0.2.9" },
    },
    { family: 6, subnet: "fd08::/64", gatewayMode: "nat", source: { translate: "snat", to: "2001:db8::9" } },
  ],
} as const;
const port = (protocol: "tcp" | "udp" | "sctp", target: string, at?: string): readonly LinuxResource[] =>
  firewall.planPort({
    endpointId,
    network,
    protocol,
    ...(at === undefined ? {} : { host: { address: at, port: 8080 } }),
    target: { address: target, port: 80 },
  });

/** Each kind of rule there is. */
const PLANNED: readonly Planned[] = [
  ...new Map(
    [
      firewall.planNetwork(network),
      firewall.planNetwork(other),
      firewall.planNetwork({ ...network, id: "01".repeat(32) as NetworkId, bridge: "br-in", internal: true }),
      ...[network, other].map((one) =>
        firewall.planEndpoint({
          id: endpointId,
          network: one,
          addresses: ["10.7.0.2", "fd07::2"],
          trustedInterfaces: ["wg0"],
          directRouting: false,
        }),
      ),
      port("tcp", "10.7.0.2", "0.0.0.0"),
      port("udp", "10.7.0.2", "127.0.0.1"),
      port("sctp", "10.7.0.3", "192.0.2.1"),
      port("tcp", "fd07::2", "::"),
      port("udp", "fd07::2", "2001:db8::1"),
      port("sctp", "fd07::2"),
    ]
      .flat()
      .filter((one): one is Planned => one.kind === "iptables-chains" || one.kind === "iptables-rule")
      .map((resource) => [resource.key, resource] as const),
  ).values(),
];
const SKELETONS = PLANNED.filter(({ kind }) => kind === "iptables-chains");
const everything = { wanted: [], departing: [], namespaces: [] };
const byKey = (list: readonly Planned[]) => list.toSorted((a, b) => (a.key < b.key ? -1 : 1));

describe.each(["iptables-legacy", "iptables-nft"] as const)("the chains of cnm in %s", (variant) => {
  const started: string[] = [];
  const runner = programRunner(own);
  const program = iptablesProgram({
    variant,
    run: (path, args, input) => {
      started.push(path.slice(path.lastIndexOf("/") + 1));
      return runner(path, args, input);
    },
  });
  const handler = iptablesHandler({ chains: { 4: cnmChains(4, options), 6: cnmChains(6, options) }, program });
  const six = variant.replace("ip", "ip6");
  const save = () => [variant, six].map((name) => run(`${name}-save`, [])).join("");
  const ours = () => save().match(/^.*CNM-.*$/gm) ?? [];

  beforeEach(async () => {
    await handler.apply({ remove: [], add: PLANNED });
    started.length = 0;
  });

  it("read back as they were planned, with every chain and jump in place", async () => {
    expect(byKey(await handler.observe(everything))).toEqual(byKey(PLANNED));
    for (const family of [4, 6] as const) {
      for (const { name: table, chains, jumps } of cnmChains(family, options).tables) {
        const lines = run(`${family === 4 ? variant : six}-save`, ["-t", table]).split("\n");
        for (const { name } of chains) expect(lines).toContain(`:${name} - [0:0]`);
        for (const { name, rules } of [...chains, ...jumps.map(({ from, rules }) => ({ name: from, rules }))]) {
          const fixed = lines.filter((line) => line.startsWith(`-A ${name} `) && line.includes('"cnm:host"'));
          expect(fixed.map((line) => line.replace(' -m comment --comment "cnm:host"', ""))).toEqual(
            rules.map((rule) => `-A ${name} ${rule.join(" ")}`),
          );
        }
      }
    }
    expect(ours()).toContain(
      `-A CNM-PUBLISHED-ANY -p tcp -m tcp --dport 8080 -m comment --comment "cnm:endpoint:${endpointId}" -j DNAT --to-destination 10.7.0.2:80`,
    );
  });

  it("take one process that writes a family, and none where there is nothing to do", async () => {
    await handler.apply({ remove: [], add: PLANNED });
    expect(started.toSorted()).toEqual([`${six}-save`, `${variant}-save`]);
    started.length = 0;
    const gone = PLANNED.filter(({ owner }) => owner.kind === "endpoint");
    await handler.apply({ remove: gone, add: [] });
    expect(started.toSorted()).toEqual([`${six}-restore`, `${six}-save`, `${variant}-restore`, `${variant}-save`]);
    expect(byKey(await handler.observe(everything))).toEqual(byKey(PLANNED.filter((one) => !gone.includes(one))));
    await handler.apply({ remove: gone, add: [] });
  });

  it("leave no trace, and others' rules alone", async () => {
    run(variant, ["-t", "nat", "-A", "POSTROUTING", "-m", "comment", "--comment", `it's "theirs"`, "-j", "ACCEPT"]);
    await handler.apply({ remove: PLANNED, add: [] });
    expect(await handler.observe(everything)).toEqual([]);
    expect(ours()).toEqual([]);
    expect(save()).toContain("theirs");
    run(variant, ["-t", "nat", "-F", "POSTROUTING"]);
    await handler.apply({ remove: PLANNED, add: [] });
  });

  it("spare the administrator's rules", async () => {
    run(variant, ["-A", "CNM-USER", "-s", "192.0.2.66", "-j", "DROP"]);
    expect(byKey(await handler.observe(everything))).toEqual(byKey(PLANNED));
    run(variant, ["-F", "CNM-INTO"]);
    await handler.apply({ remove: SKELETONS, add: SKELETONS });
    expect(byKey(await handler.observe(everything))).toEqual(byKey(PLANNED));
    expect(run(variant, ["-S", "FORWARD", "1"])).toContain("-j CNM-USER");

    await handler.apply({ remove: PLANNED, add: [] });
    const left = [":CNM-USER - [0:0]", "-A CNM-USER -s 192.0.2.66/32 -j DROP"];
    expect(ours()).toEqual(left);
    expect(await handler.observe(everything)).toEqual([]);
    await handler.apply({ remove: [], add: PLANNED });
    expect(ours()).toContain(left[1]);
    run(variant, ["-F", "CNM-USER"]);
    await handler.apply({ remove: PLANNED, add: [] });
    expect(ours()).toEqual([]);
  });

  it("are missed and healed, whatever was done to them, without losing rules", async () => {
    const skeleton = SKELETONS.find(({ family }) => family === 4);
    if (skeleton === undefined) throw new Error("no skeleton");
    for (const damage of [
      ["-F", "CNM-INTO"],
      ["-I", "CNM-OPEN", "-j", "ACCEPT"],
      ["-t", "nat", "-F", "POSTROUTING"],
      ["-t", "mangle", "-A", "CNM-DIRECT", "-j", "RETURN"],
      ["-N", "CNM-OLD"],
    ]) {
      run(variant, damage);
      const found = (await handler.observe(everything)).find(({ key }) => key === skeleton.key);
      expect(found === undefined ? undefined : handler.difference?.(skeleton, found)).toMatch(/not as they shall/);
      await handler.apply({ remove: found === undefined ? [] : [found], add: [skeleton] });
      expect(byKey(await handler.observe(everything))).toEqual(byKey(PLANNED));
    }
  });

  it("are as they were when one rule is refused, in both families", async () => {
    const bad = keyed({
      kind: "iptables-rule",
      owner: { kind: "endpoint", id: endpointId },
      family: 6,
      table: "nat",
      chain: "CNM-MASQUERADE",
      rule: ["-j", "NOSUCHTARGET"],
    });
    const before = await handler.observe(everything);
    const change = { remove: PLANNED.filter(({ owner }) => owner.kind === "endpoint"), add: [bad] };
    await expect(handler.apply(change)).rejects.toThrow(
      new RegExp(`^${six}-restore failed .*NOSUCHTARGET.*line \\d+ was "-I CNM-MASQUERADE .*NOSUCHTARGET"$`, "s"),
    );
    expect(byKey(await handler.observe(everything))).toEqual(byKey(before));
  });

  it("hold many rules", async () => {
    const many = Array.from({ length: 3_000 }, (_, at) =>
      keyed({
        kind: "iptables-rule",
        owner: { kind: "endpoint", id: endpointId },
        family: 4,
        table: "nat",
        chain: "CNM-PUBLISHED-ANY",
        rule: `-p tcp -m tcp --dport ${10_000 + at} -j DNAT --to-destination 10.7.0.9:80`.split(" "),
      } as const),
    );
    await handler.apply({ remove: [], add: many });
    expect(await handler.observe(everything)).toHaveLength(PLANNED.length + many.length);
    await handler.apply({ remove: many, add: [] });
    expect(byKey(await handler.observe(everything))).toEqual(byKey(PLANNED));
  });

  it("go when another firewall begins", async () => {
    expect(await removeIptablesLeftovers(program)).toEqual([4, 6]);
    expect(ours()).toEqual([]);
    expect(await removeIptablesLeftovers(program)).toEqual([]);
  });
});
