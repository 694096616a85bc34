import type { Endpoint } from "../model/endpoint.ts";
import type { PublishedPort } from "../model/port.ts";
import type { Service } from "../model/service.ts";

/**
 * The endpoint with the ports open at which the host's ports of its service lead to it: as if it had asked for them, without
 * a host port of their own.
 */
export function withServicePorts(endpoint: Endpoint, service: Service | undefined): Endpoint {
  const led = (service?.ports ?? []).filter(({ mode }) => mode === "ingress");
  if (led.length === 0) return endpoint;
  const families = new Set(endpoint.addresses.map(({ family }) => family));
  const open = led.flatMap(({ protocol, target }) =>
    [...families].map(
      (family): PublishedPort => ({
        protocol,
        hostAddress: family === 4 ? "0.0.0.0" : "::",
        hostPort: 0,
        targetPort: target,
      }),
    ),
  );
  return { ...endpoint, ports: [...endpoint.ports, ...open] };
}
