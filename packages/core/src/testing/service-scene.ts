import type { ControllerOptions } from "../controller/controller-options.ts";
import { memoryStore } from "../store/memory-store.ts";
import type { FakeBalance } from "./fake-resource.ts";
import { FakeWorld, type OpenWorld } from "./fake-world.ts";

export const NETWORK = { name: "app", ipam: { subnets: ["10.7.0.0/24", "fd07::/64"] } };
export const WEB = { name: "web", networks: ["app"], ports: [{ published: 8080, target: 80 }] };

type OnStep = Parameters<FakeWorld["open"]>[1];

/** A controller on a fake host; its sandboxes are in namespaces of somebody else, and join the network "app". */
export interface ServiceScene extends OpenWorld {
  readonly world: FakeWorld;
  /** What the client's sandbox does with the IPv4 virtual IP. */
  leadsTo(): readonly string[] | undefined;
  join(name: string, service?: string): Promise<Awaited<ReturnType<ServiceScene["controller"]["sandbox"]>>>;
}

export async function serviceScene(
  world = new FakeWorld(memoryStore()),
  onStep?: OnStep,
  options: Partial<ControllerOptions> = {},
): Promise<ServiceScene> {
  const opened = await world.open(options, onStep);
  return {
    ...opened,
    world,
    leadsTo: () => balances(world).find(({ key }) => /client.* tcp 10\./.test(key))?.leadsTo,
    async join(name, service) {
      const path = `/ns/${name}`;
      world.host.namespaces.set(path, []);
      const sandbox = await opened.controller.createSandbox({ name, netns: path });
      await sandbox.join("app", service === undefined ? {} : { service });
      return sandbox;
    },
  };
}

export const balances = (world: FakeWorld): readonly FakeBalance[] =>
  [...world.host.objects.values()].filter((resource): resource is FakeBalance => resource.kind === "balance");

/** With that network, "client" on it, and the service "web" of two tasks. */
export async function staffedScene(onStep?: OnStep, options?: Partial<ControllerOptions>): Promise<ServiceScene> {
  const at = await serviceScene(undefined, onStep, options);
  await at.controller.createNetwork(NETWORK);
  await at.join("client");
  await at.controller.createService({ ...WEB, drainTimeout: 0 });
  await at.join("web1", "web");
  await at.join("web2", "web");
  return at;
}
