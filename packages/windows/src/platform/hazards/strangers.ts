import type { Finding } from "@cnm/core";
import { mappedPorts } from "../../resources/mapped-ports.ts";
import type { EndpointResource } from "../../resources/resource.ts";
import { type HazardParts, hazard, isOurs, type LookForHazard, titled } from "./hazard.ts";

const endpointsOf = ({ wanted }: HazardParts): readonly EndpointResource[] =>
  wanted.filter((resource): resource is EndpointResource => resource.kind === "hcn-endpoint");

/** Endpoints that an unclean restart left behind hold addresses: HNS then says that these are reserved. */
export const staleEndpoints: LookForHazard = (parts) => {
  const networks = new Set(parts.wanted.flatMap(({ kind, id }) => (kind === "hcn-network" ? [id] : [])));
  const known = new Set(endpointsOf(parts).map(({ id }) => id));
  const adopted = new Set(
    parts.wanted.flatMap((one) => (one.kind === "hcn-network" && one.adopt === true ? [one.id] : [])),
  );
  return parts.endpoints
    .filter((endpoint) => networks.has(endpoint.HostComputeNetwork) && !known.has(endpoint.ID) && !isOurs(endpoint))
    .map((endpoint) => {
      const addresses = (endpoint.IpConfigurations ?? []).map(({ IpAddress }) => IpAddress).join(", ");
      const shared = adopted.has(endpoint.HostComputeNetwork);
      return hazard({
        object: shared ? "shared-network" : "stale-endpoint",
        key: endpoint.ID,
        message: `endpoint ${titled(endpoint)} of ${endpoint.Owner || "nobody known"} is on a network of cnm's and has ${addresses || "no address"}`,
        cause: shared
          ? "the network is somebody else's as well; Docker's daemon removes endpoints that it does not know when it starts: better have networks apart"
          : "if nobody needs it, `Get-HnsEndpoint | Where-Object ID -eq …  | Remove-HnsEndpoint`",
      });
    });
};

/** Docker's daemon takes over all networks in HNS when it starts, and removes the endpoints on them. */
export const dockerDaemon: LookForHazard = ({ host, wanted }) => {
  const docker = host?.services.find(({ name, status }) => name.toLowerCase() === "docker" && status === "Running");
  if (docker === undefined || wanted.length === 0) return [];
  return [
    hazard({
      object: "docker-daemon",
      key: "docker",
      message: "Docker's daemon runs on this host, and takes over networks in HNS when it starts",
      cause:
        "it removes endpoints that it does not know: cnm mends that, but connections break; do not restart it under load",
    }),
  ];
};

/** A load balancer without endpoints keeps its ports. */
export const leakedLoadBalancers: LookForHazard = (parts) => {
  const there = new Set(parts.endpoints.map(({ ID }) => ID));
  const wanted = new Set(endpointsOf(parts).flatMap(({ document }) => mappedPorts(document.Policies).map(portText)));
  return parts.loadBalancers
    .filter((balancer) => !isOurs(balancer))
    .flatMap((balancer): readonly Finding[] => {
      const ports = (balancer.PortMappings ?? []).map(({ Protocol, ExternalPort }) =>
        portText({ protocol: Protocol === 17 ? "udp" : "tcp", port: ExternalPort }),
      );
      const clash = ports.filter((port) => wanted.has(port));
      const leaked = balancer.HostComputeEndpoints.every((id) => !there.has(id));
      if (clash.length === 0 || !leaked) return [];
      return [
        hazard({
          object: "leaked-load-balancer",
          key: balancer.ID,
          message: `load balancer ${titled(balancer)} holds ${clash.join(", ")}, and none of its endpoints is left`,
          cause: "`Get-HnsPolicyList | Where-Object ID -eq … | Remove-HnsPolicyList`, then restart the service hns",
        }),
      ];
    });
};

/** Ports that WinNAT or Hyper-V keep cannot be published. */
export const excludedPorts: LookForHazard = (parts) => {
  const mapped = new Set(parts.endpoints.filter(isOurs).flatMap(({ Policies }) => mappedPorts(Policies).map(portText)));
  return endpointsOf(parts)
    .flatMap(({ document }) => mappedPorts(document.Policies))
    .filter((port) => parts.excludedPorts.has(port.port) && !mapped.has(portText(port)))
    .map((port) =>
      hazard({
        object: "excluded-port",
        key: portText(port),
        message: `port ${portText(port)} is to be published, and is in a range that Windows keeps for itself`,
        cause:
          "`netsh int ipv4 show excludedportrange tcp` lists them: choose another port, or exclude it by name first",
      }),
    );
};

const portText = ({ protocol, port }: { readonly protocol: string; readonly port: number }): string =>
  `${port}/${protocol}`;
