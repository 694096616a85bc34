import { execFileSync } from "node:child_process";
import { type Controller, createController, openStore } from "@cnm/core";
import { linuxPlatform, type Namespace } from "@cnm/linux";
import type { Machine } from "../attach/machine.ts";

/** A namespace that plays a host, with a controller and a durable store; and another host beside it, on one link. */
export class ScaleHost {
  /** Of the host, as its neighbour sees it. */
  static readonly ADDRESS = "192.0.2.1";

  readonly cnm: Controller;
  readonly neighbour: Namespace;

  private constructor(cnm: Controller, neighbour: Namespace) {
    this.cnm = cnm;
    this.neighbour = neighbour;
  }

  static async open(machine: Machine, name: string): Promise<ScaleHost> {
    const [host, neighbour] = [machine.host(name), machine.sandbox(name)];
    ip(host, "link add uplink type veth peer name uplink netns", neighbour.path);
    for (const [namespace, address] of [
      [host, ScaleHost.ADDRESS],
      [neighbour, "192.0.2.2"],
    ] as const) {
      ip(namespace, "link set lo up");
      ip(namespace, `address add ${address}/24 dev uplink`);
      ip(namespace, "link set uplink up");
    }
    const platform = await linuxPlatform({ netns: host.path, runDir: machine.path(`run-${name}`) });
    const cnm = await createController({ platform, store: await openStore(machine.path(`state-${name}`)) });
    return new ScaleHost(cnm, neighbour);
  }

  /** Everything goes through the front door, a few at a time. */
  async close(): Promise<void> {
    await inParallel(await this.cnm.services(), (service) => service.remove());
    await inParallel(await this.cnm.sandboxes(), (sandbox) => sandbox.remove());
    for (const network of await this.cnm.networks()) await network.remove();
    await this.cnm.close();
  }
}

export async function inParallel<T, R>(items: readonly T[], body: (item: T) => Promise<R>): Promise<readonly R[]> {
  const AT_ONCE = 25;
  const results: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(body))));
  }
  return results;
}

function ip(namespace: Namespace, words: string, ...more: readonly string[]): void {
  namespace.enter(() => execFileSync("ip", [...words.split(" "), ...more], { encoding: "utf8" }));
}
