import type { EndpointPolicy } from "../hcn/policies/endpoint-policy.ts";
import { NatFlags } from "../hcn/policies/port-mapping.ts";
import type { MappedPort } from "./resource.ts";

const PROTOCOLS: Readonly<Record<number, MappedPort["protocol"]>> = { 6: "tcp", 17: "udp" };

/** The host's ports that an endpoint's policies lead to it. */
export const mappedPorts = (policies: readonly EndpointPolicy[] = []): readonly MappedPort[] =>
  policies.flatMap((policy): readonly MappedPort[] => {
    if (policy.Type !== "PortMapping") return [];
    const { Protocol, ExternalPort = 0, Flags = 0 } = policy.Settings;
    const protocol = PROTOCOLS[Protocol];
    if (protocol === undefined || ExternalPort === 0) return [];
    const family = (Flags & NatFlags.IPv6) === 0 ? 4 : 6;
    return [{ protocol, family, port: ExternalPort, reserved: (Flags & NatFlags.ExternalPortReserved) !== 0 }];
  });
