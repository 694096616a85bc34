import type { Namespace } from "@cnm/linux";
import { addressOf, type Records } from "../records.ts";
import { output } from "./ip.ts";

const FLOW = /^(udp|tcp) .*?src=\S+ dst=(\S+) sport=\d+ dport=(\d+) .*?src=(\S+) dst=\S+ sport=(\d+)/;
const TCP_GONE = /TIME_WAIT|CLOSE/;

/**
 * Translated flows that the kernel remembers: each has to be one that a published port would make today, because the next
 * packet of a client that goes on sending takes the remembered way.
 */
export async function flows({ endpoints, services }: Records, host: Namespace): Promise<readonly string[]> {
  const allowed = new Set([
    ...services.flatMap((service) =>
      service.bindings.flatMap(({ protocol, hostPort, targetPort }) =>
        endpoints
          .filter(({ endpoint }) => endpoint.task?.serviceId === service.id)
          .flatMap(({ endpoint }) =>
            ([4, 6] as const).map(
              (family) => `${protocol} ${hostPort} to ${addressOf(endpoint, family)} ${targetPort}`,
            ),
          ),
      ),
    ),
    ...endpoints.flatMap(({ endpoint }) =>
      endpoint.ports.flatMap(({ protocol, hostPort, targetPort }) =>
        ([4, 6] as const).map((family) => `${protocol} ${hostPort} to ${addressOf(endpoint, family)} ${targetPort}`),
      ),
    ),
  ]);
  const translated = (await translatedFlows(host)).map(({ withoutAddress }) => withoutAddress);
  return [...new Set(translated)]
    .filter((flow) => !allowed.has(flow))
    .map((flow) => `flows: ${flow} is remembered, and no port is published like that`);
}

/** Where a flow was sent, and where it goes: "tcp 10.7.0.5 8080 to 10.7.0.2 80". */
export interface TranslatedFlow {
  readonly text: string;
  readonly withoutAddress: string;
}

/** All that have begun in the namespace and go on. */
export async function translatedFlows(namespace: Namespace): Promise<readonly TranslatedFlow[]> {
  const lists = await Promise.all(
    ["ipv4", "ipv6"].map((family) => output("conntrack", ["-L", "-f", family], namespace)),
  );
  return lists
    .flatMap((list) => list.split("\n"))
    .filter((line) => !TCP_GONE.test(line))
    .flatMap((line) => {
      const [, protocol, to, port, from, fromPort] = FLOW.exec(line) ?? [];
      if (protocol === undefined || to === from) return [];
      const target = `to ${from} ${fromPort}`;
      return [{ text: `${protocol} ${to} ${port} ${target}`, withoutAddress: `${protocol} ${port} ${target}` }];
    });
}
