import type { Namespace } from "@cnm/linux";
import { compare } from "../compare.ts";
import { type Attached, addressOf, bridgeOf, type Records } from "../records.ts";
import { output } from "./ip.ts";

/** What `nft` lists: no table but ours and only while there are networks, and exactly the elements that records call for. */
export async function nftables(records: Records, host: Namespace): Promise<readonly string[]> {
  const { nftables: rows } = JSON.parse(await output("nft", ["-j", "list", "ruleset"], host)) as {
    readonly nftables: readonly NftRow[];
  };
  const tables = rows.flatMap(({ table }) => (table === undefined ? [] : [`${table.family} ${table.name}`]));
  const balances = records.services.some(({ bindings }) => bindings.length > 0);
  const elements = rows
    .flatMap((row) => [row.set, row.map])
    .filter((set) => set?.table !== "cnm-services")
    .flatMap((set) => (set?.elem ?? []).map((element) => `${set?.name}: ${elementText(element)}`));
  return [
    ...compare(
      "tables",
      [...(records.networks.length > 0 ? ["inet cnm"] : []), ...(balances ? ["inet cnm-services"] : [])],
      tables,
    ),
    ...compare(
      "elements",
      new Set([
        ...networkElements(records),
        ...records.endpoints.flatMap((attached) => endpointElements(records, attached)),
      ]),
      elements,
    ),
  ];
}

interface NftSet {
  readonly table: string;
  readonly name: string;
  readonly elem?: readonly unknown[];
}

interface NftRow {
  readonly table?: { readonly family: string; readonly name: string };
  readonly set?: NftSet;
  readonly map?: NftSet;
}

/** Texts and numbers of an element in their order: "tcp 8001 10.7.0.2 80". */
function elementText(element: unknown): string {
  if (Array.isArray(element)) return element.map(elementText).join(" ");
  if (typeof element !== "object" || element === null) return String(element);
  if ("elem" in element) return elementText(element.elem);
  if ("concat" in element) return elementText(element.concat);
  return "val" in element ? elementText(element.val) : JSON.stringify(element);
}

const FAMILIES = [4, 6] as const;

function networkElements({ networks }: Records): readonly string[] {
  return networks.flatMap((network) => {
    const bridge = bridgeOf(network);
    const has = (family: 4 | 6): boolean => network.ipam.pools.some((pool) => pool.family === family);
    return [
      `bridges: ${bridge}`,
      `pairs: ${bridge} ${bridge}`,
      ...(network.options["com.docker.network.bridge.enable_icc"] === "false" ? [`icc-off: ${bridge}`] : []),
      ...(network.internal
        ? [`internal: ${bridge}`]
        : FAMILIES.filter(has).map((family) => `masquerade${family}: ${bridge}`)),
    ];
  });
}

function endpointElements(records: Records, attached: Attached): readonly string[] {
  const { endpoint, network } = attached;
  const bridge = bridgeOf(network);
  return [
    ...FAMILIES.flatMap((family) => {
      const address = addressOf(endpoint, family);
      if (address === undefined) return [];
      const member = `members${family}: ${address} ${bridge}`;
      return network.internal
        ? [member]
        : [member, `protected${family}: ${address}`, `direct${family}: ${address} ${bridge}`];
    }),
    ...portElements(attached),
    ...openElements(records, attached),
  ];
}

/** Where ports of the host lead to all tasks of a service. */
function openElements({ services }: Records, { endpoint }: Attached): readonly string[] {
  const service = services.find(({ id }) => id === endpoint.task?.serviceId);
  const ports = service?.ports.filter(({ mode }) => mode === "ingress") ?? [];
  return ports.flatMap(({ protocol, target }) =>
    FAMILIES.flatMap((family) => {
      const address = addressOf(endpoint, family);
      return address === undefined ? [] : [`open${family}: ${address} ${protocol} ${target}`];
    }),
  );
}

function portElements({ endpoint }: Attached): readonly string[] {
  return endpoint.ports.flatMap(({ protocol, hostAddress, hostPort, targetPort }) => {
    const family = hostAddress.includes(":") ? 6 : 4;
    const address = addressOf(endpoint, family);
    const isGateway = family === 4 ? endpoint.gateway.ipv4 : endpoint.gateway.ipv6;
    if (address === undefined || !isGateway || hostAddress === "::1") return [];
    const target = `${address} ${targetPort}`;
    const any = hostAddress === "0.0.0.0" || hostAddress === "::";
    return [
      `open${family}: ${address} ${protocol} ${targetPort}`,
      any
        ? `published${family}-any: ${protocol} ${hostPort} ${target}`
        : `published${family}: ${hostAddress} ${protocol} ${hostPort} ${target}`,
    ];
  });
}
