import { hazard, isOurs, type LookForHazard, titled } from "./hazard.ts";

/** Windows has one WinNAT prefix at a time on many versions: another one makes ours fail with 0x57, 0x1392 or 0x34. */
export const otherNats: LookForHazard = ({ wantedNetworks, networks, host }) => {
  const nats = wantedNetworks.filter(({ document }) => document.Type === "NAT");
  if (nats.length === 0) return [];
  const ours = new Set(nats.map(({ id }) => id));
  const foreign = networks.filter((network) => network.Type === "NAT" && !isOurs(network) && !ours.has(network.ID));
  const known = new Set(networks.flatMap(({ ID, Name = "" }) => [ID, Name.toLowerCase()]));
  const outside = (host?.nats ?? []).filter(({ name }) => !known.has(name.toLowerCase()) && !/^h(ns|cn)/i.test(name));
  return [
    ...foreign.map((network) =>
      hazard({
        object: "other-nat-network",
        key: network.ID,
        message: `HNS has another NAT network, ${titled(network)}, of ${network.Owner || "nobody known"}`,
        cause: "many versions of Windows have one NAT prefix only: use that network (option hnsid), or remove it",
      }),
    ),
    ...outside.map(({ name, prefix }) =>
      hazard({
        object: "foreign-winnat",
        key: name,
        message: `WinNAT translates ${prefix} for ${JSON.stringify(name)}, which HNS does not know`,
        cause: "HNS refuses NAT networks beside it: `Get-NetNat | Remove-NetNat`",
      }),
    ),
  ];
};
