import { EventEmitter } from "node:events";
import type { Drift, HostRoute } from "../contracts/platform.ts";
import type { Resource } from "../model/resource.ts";
import type { FakeResource } from "./fake-resource.ts";

/**
 * The kernel of fake platforms: what is in it outlives them, as a real host's objects outlive a process. Tests look into
 * it, and change it behind a controller's back.
 */
export class FakeHost {
  /** By key. */
  readonly objects = new Map<string, FakeResource>();
  /** Settings that are there without us, such as "forwarding". */
  readonly settings = new Map<string, string>([["forwarding", "0"]]);
  /** Namespaces that somebody else made, and the interfaces in them. */
  readonly namespaces = new Map<string, readonly string[]>();
  /** Ports that other processes have: "tcp 0.0.0.0:80" → "nginx (pid 7)". */
  readonly takenPorts = new Map<string, string>();
  /** Connections to published ports that clients go on with: "tcp 0.0.0.0 80" → where they are led. */
  readonly flows = new Map<string, string>();
  /** Where tasks listen: "10.7.0.2:80". */
  readonly listening = new Set<string>();
  routes: readonly HostRoute[] = [];
  nameservers: readonly string[] = [];
  readonly #changes = new EventEmitter();

  /** Removes an object as if somebody else did: the kernel tells of it. */
  forget(key: string): void {
    const removed = this.remove(key);
    if (removed.length === 0) throw new Error(`there is no ${key} on the fake host`);
    for (const { kind, key: gone } of removed) this.tell({ kind, detail: `removed ${gone}` });
  }

  /** Removes an object and what goes with it: links with their namespace, addresses and routes with their link. */
  remove(key: string): readonly FakeResource[] {
    const resource = this.objects.get(key);
    if (resource === undefined) return [];
    const removed = [resource, ...[...this.objects.values()].filter((other) => standsOn(other, resource))];
    for (const { key: gone } of removed) this.objects.delete(gone);
    return removed;
  }

  hasNamespace(path: string): boolean {
    return this.objects.has(`namespace ${path}`) || this.namespaces.has(path);
  }

  /** Puts an object there as if somebody else did, or changed it. */
  plant(resource: FakeResource): void {
    this.objects.set(resource.key, resource);
    this.tell({ kind: resource.kind, detail: `changed ${resource.key}` });
  }

  /** The machine starts anew: only settings of others are as they were. */
  reboot(): void {
    this.objects.clear();
    this.namespaces.clear();
    this.settings.set("forwarding", "0");
  }

  /** Somebody talks to each published port. */
  speak(): void {
    for (const resource of this.objects.values()) {
      if (resource.kind === "publication") this.flows.set(`${resource.protocol} ${resource.host}`, resource.target);
    }
  }

  /** Everything on it, sorted, for comparisons. */
  snapshot(): readonly Resource[] {
    return [...this.objects.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  tell(drift: Drift): void {
    this.#changes.emit("drift", drift);
  }

  onDrift(listener: (drift: Drift) => void): Disposable {
    this.#changes.on("drift", listener);
    return { [Symbol.dispose]: () => void this.#changes.off("drift", listener) };
  }
}

function standsOn(resource: FakeResource, base: FakeResource): boolean {
  if (base.kind === "namespace") {
    if (resource.kind === "address") return resource.link.startsWith(`${base.path}/`);
    const inside = resource.kind === "link" || resource.kind === "route" || resource.kind === "balance";
    return inside && resource.namespace === base.path;
  }
  if (base.kind === "bridge") return resource.kind === "address" && resource.link === base.name;
  if (base.kind !== "link") return false;
  if (resource.kind === "route") return resource.namespace === base.namespace && resource.link === base.name;
  return resource.kind === "address" && resource.link === `${base.namespace}/${base.name}`;
}
