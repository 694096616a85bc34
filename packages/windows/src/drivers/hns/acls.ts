import type { Endpoint, Family, Network } from "@cnm/core";
import type { EndpointPolicy, EndpointPolicySettings } from "../../hcn/policies/endpoint-policy.ts";
import type { HnsTraits } from "./traits.ts";

type Acl = EndpointPolicySettings<"ACL">;

/** The lowest number wins. */
const FIRST = 100;
const NEIGHBOURS = 200;
const PUBLISHED = 300;
const LAST = 65_000;

const PROTOCOL_NUMBERS = { tcp: "6", udp: "17", sctp: "132" } as const;

/** IPv6 does not work without its link-local addresses and multicast groups. */
const ALWAYS_NEAR: Readonly<Record<Family, readonly string[]>> = { 4: [], 6: ["fe80::/10", "ff00::/8"] };

/**
 * The firewall of an endpoint. As soon as it has one rule, HNS drops what none allows, so that the defaults stand in it as
 * well; answers to what was let through pass by themselves. Without need for a rule there is none.
 */
export function acls(
  endpoint: Endpoint,
  network: Network,
  { ruleType, guarded }: HnsTraits,
  icc: boolean,
): readonly EndpointPolicy[] {
  if (icc && !guarded && !network.internal) return [];
  const pools = network.ipam.pools.filter(({ subnet }) => !subnet.endsWith("/0"));
  const gateways = pools.flatMap(({ gateway }) => (gateway === undefined ? [] : [gateway]));
  const families = [...new Set(pools.map(({ family }) => family))];
  const neighbours: readonly Acl["Action"][] = [icc ? "Allow" : "Block"];
  const near = families.map((family) =>
    [...pools.filter((pool) => pool.family === family).map(({ subnet }) => subnet), ...ALWAYS_NEAR[family]].join(","),
  );
  const rules: readonly Acl[] = [
    // Names are asked of the gateway, and the host may look after its sandboxes.
    ...gateways.flatMap((RemoteAddresses) => bothWays({ Action: "Allow", Priority: FIRST, RemoteAddresses })),
    ...neighbours.flatMap((Action) =>
      near.flatMap((RemoteAddresses) => bothWays({ Action, Priority: NEIGHBOURS, RemoteAddresses })),
    ),
    ...published(endpoint),
    { Action: guarded || network.internal ? "Block" : "Allow", Direction: "In", Priority: LAST },
    { Action: network.internal ? "Block" : "Allow", Direction: "Out", Priority: LAST },
  ];
  return rules.map((rule) => ({ Type: "ACL", Settings: { ...rule, RuleType: ruleType } }));
}

const bothWays = (rule: Omit<Acl, "Direction">): readonly Acl[] => [
  { ...rule, Direction: "In" },
  { ...rule, Direction: "Out" },
];

function published({ ports }: Endpoint): readonly Acl[] {
  const targets = new Map(
    ports.map(({ protocol, targetPort }) => [`${protocol} ${targetPort}`, { protocol, targetPort }]),
  );
  return [...targets.values()].map(({ protocol, targetPort }) => ({
    Action: "Allow",
    Direction: "In",
    Protocols: PROTOCOL_NUMBERS[protocol],
    LocalPorts: String(targetPort),
    Priority: PUBLISHED,
  }));
}
