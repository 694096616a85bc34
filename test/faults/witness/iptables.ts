import type { Namespace } from "@cnm/linux";
import { compare } from "../compare.ts";
import { addressOf, bridgeOf, type Records } from "../records.ts";
import { output } from "./ip.ts";

/** What `iptables-save` lists: chains of ours only while there are networks, and rules about what there is only. */
export async function iptables(records: Records, host: Namespace): Promise<readonly string[]> {
  const findings = await Promise.all(([4, 6] as const).map((family) => ofFamily(family, records, host)));
  return findings.flat();
}

async function ofFamily(family: 4 | 6, { networks, endpoints }: Records, host: Namespace): Promise<readonly string[]> {
  const text = await output(family === 4 ? "iptables-save" : "ip6tables-save", [], host);
  const lines = text.split("\n").filter((line) => line.includes("CNM"));
  const ours = networks.filter((network) => network.ipam.pools.some((pool) => pool.family === family));
  if (ours.length === 0) return compare(`IPv${family} rules`, [], lines);
  const rulesOf = (chain: string): readonly string[] => lines.filter((line) => line.startsWith(`-A ${chain} `));
  const wordsOf = (chain: string, pattern: RegExp): readonly string[] =>
    rulesOf(chain).map((rule) => pattern.exec(rule)?.slice(1).join(" ") ?? rule);

  const addresses = endpoints
    .filter(({ network }) => !network.internal)
    .flatMap(({ endpoint }) => addressOf(endpoint, family) ?? []);
  const published = endpoints.flatMap(({ endpoint }) => {
    const address = addressOf(endpoint, family);
    const isGateway = family === 4 ? endpoint.gateway.ipv4 : endpoint.gateway.ipv6;
    if (address === undefined || !isGateway) return [];
    const target = family === 4 ? address : `[${address}]`;
    return endpoint.ports
      .filter(({ hostAddress }) => hostAddress.includes(":") === (family === 6) && hostAddress !== "::1")
      .map(({ protocol, hostPort, targetPort }) => `${protocol} ${hostPort} ${target}:${targetPort}`);
  });
  const leads = /-p (\w+) .*--dport (\d+) .*-j DNAT --to-destination (\S+)/;
  return [
    ...compare(`IPv${family} pairs`, ours.map(bridgeOf), wordsOf("CNM-PAIRS", /-i (\S+)/)),
    ...compare(`IPv${family} bridges`, ours.map(bridgeOf), wordsOf("CNM-BRIDGES", /-o (\S+)/)),
    ...compare(
      `IPv${family} masquerading`,
      ours
        .filter(({ internal }) => !internal)
        .map((one) => one.ipam.pools.find((pool) => pool.family === family)?.subnet ?? ""),
      wordsOf("CNM-MASQUERADE", /-s (\S+)/),
    ),
    ...compare(`IPv${family} protection`, addresses, wordsOf("CNM-PROTECTED", /-d ([^/\s]+)/)),
    ...compare(`IPv${family} published ports`, published, [
      ...wordsOf("CNM-PUBLISHED-HERE", leads),
      ...wordsOf("CNM-PUBLISHED-ANY", leads),
    ]),
  ];
}
