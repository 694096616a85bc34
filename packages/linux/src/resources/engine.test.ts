import { type Drift, HOST_OWNER } from "@cnm/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEngine } from "./engine.ts";
import type { HandlerChange, ResourceHandler } from "./handler.ts";
import type { LinuxResource, LinuxResourceKind } from "./resource.ts";
import { type KeylessResource, keyed } from "./resource-key.ts";

const GROUPS: readonly (readonly LinuxResourceKind[])[] = [
  ["netns", "link", "address", "route", "sysctl"],
  ["nft-table", "nft-element"],
  ["port"],
  ["forwarder"],
  ["flows"],
];

/** Handlers that keep what is there in a map, and write down what they are told. */
class FakeHost {
  readonly there = new Map<string, LinuxResource>();
  readonly log: string[] = [];
  readonly listeners = new Set<(drift: Drift) => void>();
  /** The call (counted over all handlers) that fails. */
  failAt: number | undefined;
  calls = 0;
  onCall: (() => void) | undefined;

  readonly handlers: readonly ResourceHandler[] = GROUPS.map((kinds) => ({
    kinds,
    ...(kinds.includes("flows") ? { observable: false } : {}),
    apply: async (change: HandlerChange<LinuxResource>) => {
      this.calls++;
      this.onCall?.();
      if (this.calls === this.failAt) throw new Error(`${kinds[0]} refused`);
      this.log.push(`${change.remove.map(({ kind }) => `-${kind}`)}${change.add.map(({ kind }) => `+${kind}`)}`);
      for (const { key } of change.remove) this.there.delete(key);
      for (const resource of change.add) this.there.set(resource.key, resource);
    },
    observe: async () => [...this.there.values()].filter(({ kind }) => kinds.includes(kind)),
    watch: (onDrift: (drift: Drift) => void) => {
      this.listeners.add(onDrift);
      return { [Symbol.dispose]: () => void this.listeners.delete(onDrift) };
    },
    close: async () => undefined,
  }));
}

const resource = (part: KeylessResource): LinuxResource => keyed(part) as LinuxResource;
const owner = HOST_OWNER;
const netns = resource({ kind: "netns", owner, path: "/run/x" });
const link = resource({ kind: "link", owner, name: "br0", type: "bridge", up: true });
const element = resource({ kind: "nft-element", owner, table: "cnm", set: "ports", fields: ["tcp", "80"] });
const port = resource({ kind: "port", owner, protocol: "tcp", address: "0.0.0.0", port: 80 });
const forwarder = resource({
  kind: "forwarder",
  owner,
  protocol: "tcp",
  address: "::1",
  port: 80,
  target: "10.7.0.2",
  targetPort: 80,
});
const flows = resource({
  kind: "flows",
  owner,
  protocol: "tcp",
  hostAddress: "0.0.0.0",
  hostPort: 80,
  target: "10.7.0.2",
  targetPort: 80,
});
const all = [netns, link, element, port, forwarder, flows];

describe("engine", () => {
  it("makes in dependency order, and takes down in reverse", async () => {
    const host = new FakeHost();
    const engine = createEngine(host.handlers);
    await engine.apply({ remove: [], add: all });
    expect(host.log).toEqual(["+port", "+netns,+link", "+nft-element", "+flows", "+forwarder"]);
    host.log.length = 0;
    await engine.apply({ remove: all, add: [] });
    expect(host.log).toEqual(["-nft-element", "-flows", "-forwarder", "-netns,-link", "-port"]);
  });

  it("takes new ports before a mixed change, and never lets go of a port that stays", async () => {
    const host = new FakeHost();
    const engine = createEngine(host.handlers);
    const other = resource({ kind: "port", owner, protocol: "tcp", address: "0.0.0.0", port: 81 });
    const moved = { ...port, owner: { kind: "network", id: "ab" } } as LinuxResource;
    await engine.apply({ remove: [port, element], add: [moved, other, link] });
    expect(host.log).toEqual(["+port", "-nft-element", "+link"]);
  });

  it("undoes everything, whichever step fails", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(all),
        fc.subarray(all),
        fc.integer({ min: 1, max: 6 }),
        async (before, after, failAt) => {
          const host = new FakeHost();
          const engine = createEngine(host.handlers);
          await engine.apply({ remove: [], add: before });
          const keys = (list: readonly LinuxResource[]) => new Set(list.map(({ key }) => key));
          const change = {
            remove: before.filter(({ key }) => !keys(after).has(key)),
            add: after.filter(({ key }) => !keys(before).has(key)),
          };
          host.calls = 0;
          host.failAt = failAt;
          const outcome = await engine.apply(change).then(
            () => "done",
            () => "failed",
          );
          expect([...host.there.keys()].sort()).toEqual([...keys(outcome === "done" ? after : before)].sort());
          expect(outcome === "failed").toBe(host.calls >= failAt);
        },
      ),
    );
  });

  it("tells what failed first, and what could not be undone", async () => {
    const host = new FakeHost();
    const engine = createEngine(host.handlers);
    host.failAt = 2;
    await expect(engine.apply({ remove: [], add: [port, link] })).rejects.toThrow("netns refused");

    const broken = new FakeHost();
    broken.onCall = () => {
      if (broken.calls >= 2) broken.failAt = broken.calls;
    };
    const error = await createEngine(broken.handlers)
      .apply({ remove: [], add: [port, link] })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AggregateError);
    expect((error as AggregateError).errors.map(String)).toEqual(["Error: netns refused", "Error: port refused"]);
  });

  it("stops between phases when the signal aborts, and undoes", async () => {
    const host = new FakeHost();
    const abort = new AbortController();
    host.onCall = () => abort.abort(new Error("enough"));
    const engine = createEngine(host.handlers);
    await expect(engine.apply({ remove: [], add: [port, link] }, { signal: abort.signal })).rejects.toThrow("enough");
    expect(host.log).toEqual(["+port", "-port"]);
    expect(host.there.size).toBe(0);
  });

  it("observes what can be observed, and compares field by field", async () => {
    const host = new FakeHost();
    const engine = createEngine(host.handlers);
    await engine.apply({ remove: [], add: all });
    expect(new Set(await engine.observe())).toEqual(new Set(all.filter(({ kind }) => kind !== "flows")));
    expect(engine.observable(flows)).toBe(false);
    expect(engine.difference(element, { ...element, owner: { kind: "network", id: "ab" } })).toBeUndefined();
    expect(engine.difference(element, { ...element, data: ["10.7.0.2"] } as LinuxResource)).toBe(
      'data is ["10.7.0.2"], not not set',
    );
  });

  it("refuses a kind that nobody handles before it touches anything", async () => {
    const host = new FakeHost();
    const engine = createEngine(host.handlers.slice(1));
    await expect(engine.apply({ remove: [], add: [port, link] })).rejects.toThrow(
      'nothing on this platform handles "link"',
    );
    expect(host.log).toEqual([]);
  });

  it("merges drift from the moment of the call, and stops listening at the end", async () => {
    const host = new FakeHost();
    const engine = createEngine(host.handlers);
    const abort = new AbortController();
    const drifts = engine.watch({ signal: abort.signal });
    const say = (detail: string): void => {
      for (const listener of host.listeners) listener({ kind: "link", detail });
    };
    say("RTM_DELLINK veth1");
    const seen: string[] = [];
    for await (const { detail } of drifts) {
      seen.push(detail);
      if (seen.length === 1) setImmediate(() => say("RTM_DELLINK veth2"));
      else abort.abort();
    }
    expect(seen).toEqual(["RTM_DELLINK veth1", "RTM_DELLINK veth2"]);
    expect(host.listeners.size).toBe(0);
  });
});
