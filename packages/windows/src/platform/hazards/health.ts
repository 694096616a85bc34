import { hazard, isOurs, type LookForHazard, titled } from "./hazard.ts";

/** A namespace without a compartment: nothing can be opened in it. Old versions of HNS make it with the first container. */
export const missingCompartments: LookForHazard = ({ wanted, namespaces }) => {
  const ours = new Set(wanted.flatMap(({ kind, id }) => (kind === "hcn-namespace" ? [id] : [])));
  return namespaces
    .filter(({ ID, NamespaceId = 0 }) => ours.has(ID) && NamespaceId === 0)
    .map(({ ID }) =>
      hazard({
        object: "no-compartment",
        key: ID,
        message: `namespace ${ID} has no compartment yet`,
        cause: "this version of HNS makes it when the first container starts in it; until then no resolver is inside",
      }),
    );
};

/** Internet Connection Sharing is a service that policies of a domain often forbid. */
export const icsDisabled: LookForHazard = ({ wantedNetworks, host }) => {
  const wanted = wantedNetworks.filter(({ document }) => document.Type === "ICS");
  const service = host?.services.find(({ name }) => name.toLowerCase() === "sharedaccess");
  if (wanted.length === 0 || service === undefined || service.startType !== "Disabled") return [];
  return wanted.map(({ id, document }) =>
    hazard({
      object: "ics-disabled",
      key: id,
      message: `network ${JSON.stringify(document.Name)} needs Internet Connection Sharing, which is disabled`,
      cause:
        "`Set-Service SharedAccess -StartupType Manual`; where a policy of the domain forbids it, use a nat network",
    }),
  );
};

/** HNS's number for an endpoint whose switch or adapter has gone. */
const DEGRADED = 5;

export const degraded: LookForHazard = ({ endpoints }) =>
  endpoints
    .filter((endpoint) => isOurs(endpoint) && endpoint.State === DEGRADED)
    .map((endpoint) =>
      hazard({
        object: "degraded-endpoint",
        key: endpoint.ID,
        message: `endpoint ${titled(endpoint)} is degraded: its switch or adapter has gone`,
        cause:
          "bring the adapter back, or remove the network and make it again; `Restart-Service hns` if that does not do",
      }),
    );

/** HNS makes no endpoint on a NAT network whose adapter has no IPv6, though the network has none either. */
export const ipv6Unbound: LookForHazard = ({ wantedNetworks, host }) =>
  wantedNetworks
    .filter(({ document }) => document.Type === "NAT")
    .flatMap(({ document: { Name = "" } }) => {
      const adapter = host?.adapters.find(({ name }) => name.toLowerCase() === `vethernet (${Name.toLowerCase()})`);
      if (adapter === undefined || adapter.ipv6) return [];
      return [
        hazard({
          object: "ipv6-unbound",
          key: adapter.name,
          message: `adapter ${adapter.name} has IPv6 switched off`,
          cause: `HNS needs it there, whatever the network's addresses: \`Enable-NetAdapterBinding -Name "${adapter.name}" -ComponentID ms_tcpip6\``,
        }),
      ];
    });

/** Of Windows Server 2025: from here on the Windows firewall reads rules of endpoints another way. */
const SERVER_2025 = 26_100;

/** Rules that allow nothing drop everything. Ours say both; somebody else's may have been put beside. */
export const lonelyAcls: LookForHazard = ({ endpoints, host }) =>
  endpoints.filter(isOurs).flatMap((endpoint) => {
    const rules = (endpoint.Policies ?? []).flatMap((policy) => (policy.Type === "ACL" ? [policy.Settings] : []));
    const directions = new Set(rules.map(({ Direction }) => Direction));
    if (rules.length === 0 || directions.size === 2) return [];
    const newer = (host?.build ?? 0) >= SERVER_2025 ? " (Windows Server 2025 and later even drop answers)" : "";
    return [
      hazard({
        object: "one-sided-rules",
        key: endpoint.ID,
        message: `endpoint ${titled(endpoint)} has rules of one direction only: HNS drops everything in the other one${newer}`,
        cause: "`cnm repair` puts cnm's own rules back, which say what is allowed both ways",
      }),
    ];
  });
