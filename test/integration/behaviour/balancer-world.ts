import type { Balancer, Change, EndpointId, Resource } from "@cnm/core";
import type { BalancerWorld, OpenConnection, TaskAnswer, WitnessedPort } from "@cnm/core/testing";
import type { LinuxResource, Namespace } from "@cnm/linux";
import type { ResourceEngine } from "../../../packages/linux/src/resources/engine.ts";
import { Conversation, said } from "../../support/conversation.ts";
import { run, type TestHost } from "../../support/host.ts";

const TASKS = 3;

export interface BalancerParts {
  readonly host: TestHost;
  readonly balancer: Balancer<LinuxResource>;
  readonly engine: Pick<ResourceEngine, "apply" | "observe" | "difference">;
  /** Another program's word for what a namespace balances. */
  readonly witness: (namespace: Namespace, port: WitnessedPort) => Readonly<Record<string, number>> | undefined;
}

/** One client and three tasks, each in a namespace, on one bridge: made with `ip`, so that only balancing is ours. */
export class LinuxBalancerWorld implements BalancerWorld {
  readonly balancer: Balancer;
  readonly seat: BalancerWorld["seat"];
  readonly clientAddress = { 4: "10.70.0.100", 6: "fd70::100" } as const;
  readonly tasks = Array.from({ length: TASKS }, (_, number) => ({
    4: `10.70.0.${number + 1}`,
    6: `fd70::${number + 1}`,
    endpointId: `${number}a`.repeat(32) as EndpointId,
  }));
  readonly vips = { 4: "10.70.0.200", 6: "fd70::200" } as const;
  readonly namespace: Namespace & { readonly path: string };
  readonly #engine: BalancerParts["engine"];
  readonly #witness: BalancerParts["witness"];
  readonly #talk = new Conversation();
  readonly #kinds: ReadonlySet<string>;

  private constructor({ host, balancer, engine, witness }: BalancerParts, kinds: readonly string[]) {
    this.balancer = balancer as unknown as Balancer;
    this.#engine = engine;
    this.#witness = witness;
    this.#kinds = new Set(kinds);
    run("ip", ["link", "add", "services", "type", "bridge"]);
    run("ip", ["link", "set", "services", "up"]);
    this.namespace = attach(host, "client", "10.70.0.100", "fd70::100");
    this.seat = {
      owner: { kind: "endpoint", id: "ab".repeat(32) },
      place: { type: "sandbox", namespacePath: this.namespace.path },
    };
  }

  static async open(parts: BalancerParts, kinds: readonly string[]): Promise<LinuxBalancerWorld> {
    const world = new LinuxBalancerWorld(parts, kinds);
    for (const [number, addresses] of world.tasks.entries()) {
      const task = attach(parts.host, `task${number}`, addresses[4], addresses[6]);
      const answer = (client: string): string => `${number} ${client}`;
      await world.#talk.echo(task, 80, answer);
      await world.#talk.serve(task, 80, "udp", answer);
    }
    return world;
  }

  apply(change: Change): Promise<void> {
    return this.#engine.apply(change as Change<LinuxResource>);
  }

  async missing(wanted: readonly Resource[]): Promise<readonly string[]> {
    const resources = wanted as readonly LinuxResource[];
    const found = new Map((await this.#engine.observe({ wanted: resources })).map((one) => [one.key, one]));
    return resources.flatMap((resource) => {
      const there = found.get(resource.key);
      const what = there === undefined ? "is not there" : this.#engine.difference(resource, there);
      return what === undefined ? [] : [`${resource.key} ${what}`];
    });
  }

  async count(): Promise<number> {
    return (await this.#engine.observe({})).filter(({ kind }) => this.#kinds.has(kind)).length;
  }

  async ask(address: string, port: number, protocol: "tcp" | "udp"): Promise<TaskAnswer | undefined> {
    if (protocol === "udp") {
      const answer = await this.#talk.ask(this.namespace, address, port, protocol).catch(() => undefined);
      return answer === undefined ? undefined : read(answer);
    }
    const answer = await this.#talk.greet(this.namespace, address, port).catch(() => undefined);
    return answer === undefined ? undefined : read(answer);
  }

  async open(address: string, port: number): Promise<OpenConnection> {
    const socket = await this.#talk.open(this.namespace, address, port);
    // The first answer is to what opened it.
    await said(socket);
    return {
      async task() {
        socket.write("?");
        return read(await said(socket)).task;
      },
      close: () => socket.destroy(),
    };
  }

  async witness(port: WitnessedPort): Promise<Readonly<Record<string, number>> | undefined> {
    return this.#witness(this.namespace, port);
  }

  async close(): Promise<void> {
    await this.#talk.close();
  }
}

function read(answer: string): TaskAnswer {
  const [task = "", client = ""] = answer.split(" ");
  return { task: Number(task), client };
}

function attach(host: TestHost, name: string, four: string, six: string): Namespace & { readonly path: string } {
  const namespace = host.makeNamespace(name);
  run("ip", [
    "link",
    "add",
    name,
    "master",
    "services",
    "type",
    "veth",
    "peer",
    "name",
    "eth0",
    "netns",
    namespace.path,
  ]);
  run("ip", ["link", "set", name, "up"]);
  run("ip", ["address", "add", `${four}/24`, "dev", "eth0"], namespace);
  run("ip", ["address", "add", `${six}/64`, "dev", "eth0", "nodad"], namespace);
  run("ip", ["link", "set", "eth0", "up"], namespace);
  return namespace;
}
