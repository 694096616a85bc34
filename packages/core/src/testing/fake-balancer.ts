import type { Balancer } from "../contracts/balancer.ts";
import type { FakeBalance } from "./fake-resource.ts";

/** Plans virtual ports of a fake host. It cannot count connections. */
export function fakeBalancer(): Balancer<FakeBalance> {
  return {
    name: "fake",
    feature: "fake",
    places: ["sandbox", "host"],
    lacks: ({ scheduler }) => (scheduler === "lc" ? "scheduler lc: a fake host counts no connections" : undefined),
    plan: ({ owner, place, services }) =>
      services.map(({ address, protocol, port, backends }) => {
        const namespace = place.type === "sandbox" ? place.namespacePath : "";
        const virtual = `${protocol} ${address}:${port}`;
        return {
          kind: "balance",
          key: `balance ${namespace} ${virtual}`,
          owner,
          namespace,
          port: virtual,
          leadsTo: backends.map((backend) => `${backend.address}:${backend.port} weight ${backend.weight}`),
        };
      }),
  };
}
