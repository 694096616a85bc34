import type { Namespace } from "@cnm/linux";
import { addressOf, type Records } from "../records.ts";
import { output } from "./ip.ts";

const FLOW = /^(udp|tcp) .*?src=\S+ dst=(\S+) sport=\d+ dport=(\d+) .*?src=(\S+) dst=\S+ sport=(\d+)/;
const TCP_GONE = /TIME_WAIT|CLOSE/;

/**
 * Translated flows that the kernel remembers: each has to be one that a published port would make today, because the next
 * packet of a client that goes on sending takes the remembered way.
 */
export async function flows({ endpoints }: Records, host: Namespace): Promise<readonly string[]> {
  const allowed = new Set(
    endpoints.flatMap(({ endpoint }) =>
      endpoint.ports.flatMap(({ protocol, hostPort, targetPort }) =>
        ([4, 6] as const).map((family) => `${protocol} ${hostPort} to ${addressOf(endpoint, family)} ${targetPort}`),
      ),
    ),
  );
  const lists = await Promise.all(["ipv4", "ipv6"].map((family) => output("conntrack", ["-L", "-f", family], host)));
  const translated = lists
    .flatMap((list) => list.split("\n"))
    .filter((line) => !TCP_GONE.test(line))
    .flatMap((line) => {
      const [, protocol, to, port, from, fromPort] = FLOW.exec(line) ?? [];
      return protocol === undefined || to === from ? [] : [`${protocol} ${port} to ${from} ${fromPort}`];
    });
  return [...new Set(translated)]
    .filter((flow) => !allowed.has(flow))
    .map((flow) => `flows: ${flow} is remembered, and no port is published like that`);
}
