import type { BalancedView, Balancer, Change, Controller, Platform, Resource, ServiceId } from "@cnm/core";
import type { BalancedTask, BalancerModelWorld } from "@cnm/core/testing";
import type { WindowsResource } from "../resources/resource.ts";

const TASKS = 3;

/** Three sandboxes on one l2bridge network of both families, whatever HNS is behind the platform. */
export class HcnBalancerWorld implements BalancerModelWorld {
  readonly balancer: Balancer;
  readonly seat: Pick<BalancedView, "owner" | "place">;
  readonly tasks: readonly BalancedTask[];
  readonly vips = { 4: "10.70.0.200", 6: "fd70::200" } as const;
  readonly #platform: Platform<WindowsResource>;

  private constructor(
    platform: Platform<WindowsResource>,
    seat: BalancerModelWorld["seat"],
    tasks: readonly BalancedTask[],
  ) {
    const [balancer] = platform.balancers;
    if (balancer === undefined) throw new Error("this platform balances nothing");
    this.balancer = balancer as unknown as Balancer;
    this.#platform = platform;
    this.seat = seat;
    this.tasks = tasks;
  }

  static async open(controller: Controller, platform: Platform<WindowsResource>): Promise<HcnBalancerWorld> {
    const network = await controller.createNetwork({
      name: "balanced",
      driver: "l2bridge",
      ipv6: true,
      ipam: { driver: "default", subnets: ["10.70.0.0/24", "fd70::/64"] },
    });
    const tasks: BalancedTask[] = [];
    for (let number = 0; number < TASKS; number++) {
      const box = await controller.createSandbox({ name: `task${number}` });
      const addresses = [`10.70.0.${number + 10}`, `fd70::${number + 10}`] as const;
      const { id } = await (await box.join(network, { addresses })).info();
      tasks.push({ 4: addresses[0], 6: addresses[1], endpointId: id });
    }
    const owner = { kind: "service", id: "5e".repeat(32) as ServiceId } as const;
    return new HcnBalancerWorld(platform, { owner, place: { type: "network", networkId: network.id } }, tasks);
  }

  apply(change: Change): Promise<void> {
    return this.#platform.apply(change as Change<WindowsResource>);
  }

  async missing(wanted: readonly Resource[]): Promise<readonly string[]> {
    const resources = wanted as readonly WindowsResource[];
    const found = new Map((await this.#platform.observe({ wanted: resources })).map((one) => [one.key, one]));
    return resources.flatMap((resource) => {
      const there = found.get(resource.key);
      const what = there === undefined ? "is not there" : this.#platform.difference(resource, there);
      return what === undefined ? [] : [`${resource.key} ${what}`];
    });
  }

  async count(): Promise<number> {
    return (await this.#platform.observe()).filter(({ kind }) => kind === "hcn-loadbalancer").length;
  }
}
