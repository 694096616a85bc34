import type { EndpointHandle, NetworkSpec, ServiceHandle, ServiceSpec } from "@cnm/core";
import type { LinuxPlatformOptions, Namespace } from "@cnm/linux";
import { run, type TestHost } from "./host.ts";
import { World } from "./world.ts";

/** A network "app" with a service "web", tasks web1, web2… that tell their name and their client's address, and a client. */
export class ServiceScene {
  readonly world: World;
  readonly service: ServiceHandle;
  /** Where the client is. */
  readonly client: Namespace;
  readonly vips: Readonly<Record<4 | 6, string>>;

  private constructor(world: World, service: ServiceHandle, client: Namespace, vips: ServiceScene["vips"]) {
    this.world = world;
    this.service = service;
    this.client = client;
    this.vips = vips;
  }

  static async open(
    host: TestHost,
    spec: Partial<ServiceSpec> = {},
    { tasks = 3, network = BOTH, ...options }: SceneOptions = {},
  ): Promise<ServiceScene> {
    const world = await World.open(host, options);
    await world.cnm.createNetwork({ name: "app", ...network });
    const box = await world.cnm.createSandbox({ name: "client" });
    await box.join("app");
    const ports = [{ published: 8080, target: 80 }];
    const service = await world.cnm.createService({ name: "web", networks: ["app"], ports, ...spec });
    const vips = (await service.info()).networks[0]?.vips ?? [];
    const vip = (family: 4 | 6): string => vips.find((one) => one.family === family)?.address.split("/")[0] ?? "";
    const scene = new ServiceScene(world, service, await world.inside(box), { 4: vip(4), 6: vip(6) });
    for (let number = 1; number <= tasks; number++) await scene.addTask(`web${number}`);
    return scene;
  }

  async addTask(name: string): Promise<EndpointHandle> {
    const box = await this.world.cnm.createSandbox({ name });
    await this.world.talk.echo(await this.world.inside(box), 80, (client) => `${name} ${client}`);
    return box.join("app", { service: "web" });
  }

  /** So many connections, one after the other: how many each task had, and as whom they saw the client. */
  async ask(from: Namespace, address: string, times: number, port = 8080): Promise<Answers> {
    const tasks: Record<string, number> = {};
    const clients = new Set<string>();
    for (let round = 0; round < times; round++) {
      const [task = "", client = ""] = (await this.world.talk.greet(from, address, port)).split(" ");
      tasks[task] = (tasks[task] ?? 0) + 1;
      clients.add(client);
    }
    return { tasks, clients: [...clients] };
  }

  async close(): Promise<void> {
    await this.world.close();
  }
}

interface SceneOptions extends LinuxPlatformOptions {
  readonly tasks?: number;
  readonly network?: Omit<NetworkSpec, "name">;
}

const BOTH = { ipam: { subnets: ["10.7.0.0/24", "fd07::/64"] } };

export interface Answers {
  readonly tasks: Readonly<Record<string, number>>;
  readonly clients: readonly string[];
}

/** An address that a namespace has on a link, as `ip` tells it. */
export function ownAddress(namespace: Namespace, family: 4 | 6, link = "eth0"): string {
  const text = run("ip", ["-j", `-${family}`, "address", "show", "dev", link, "scope", "global"], namespace);
  return /"local":"([^"]+)"/.exec(text)?.[1] ?? "";
}
