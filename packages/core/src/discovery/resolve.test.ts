import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePrefix } from "../address/prefix.ts";
import type { NetworkId } from "../model/ids.ts";
import type { NameEntry } from "./name-entry.ts";
import { NameIndex } from "./name-index.ts";
import { resolve } from "./resolve.ts";
import type { View } from "./view.ts";

const RED = "red-id" as NetworkId;
const GREEN = "green-id" as NetworkId;
const DOTTED = "dotted-id" as NetworkId;

const ENTRIES: readonly NameEntry[] = [
  {
    id: "web1",
    networkId: RED,
    names: ["web1", "www", "0123456789ab"],
    addresses: ["10.7.0.2", "fd07::2"],
    ports: [
      { protocol: "tcp", port: 80 },
      { protocol: "tcp", port: 9000 },
    ],
  },
  {
    id: "web2",
    networkId: RED,
    names: ["Web2", "www"],
    addresses: ["10.7.0.3"],
    ports: [{ protocol: "tcp", port: 80 }],
  },
  { id: "db.prod", networkId: RED, names: ["db.prod"], addresses: ["10.7.0.4"], ports: [] },
  { id: "both", networkId: RED, names: ["both"], addresses: ["10.7.0.5"], ports: [] },
  { id: "both", networkId: GREEN, names: ["both"], addresses: ["10.8.0.5", "fd08::5"], ports: [] },
  { id: "idle", networkId: RED, names: ["idle", "nowhere"], addresses: [], ports: [] },
  { id: "idle", networkId: GREEN, names: ["idle"], addresses: ["10.8.0.6"], ports: [] },
  { id: "x", networkId: DOTTED, names: ["x", "x.y"], addresses: ["10.9.0.2"], ports: [] },
  { id: "long", networkId: DOTTED, names: ["l".repeat(63)], addresses: ["10.9.0.3"], ports: [] },
  { id: "odd", networkId: DOTTED, names: ["..", "odd"], addresses: ["10.9.0.4"], ports: [] },
];

const LONG_NETWORK = Array.from({ length: 4 }, () => "n".repeat(50)).join(".");

function viewOf(changes: Partial<View> = {}): View {
  let last = 0;
  const names = new NameIndex(() => ++last);
  for (const entry of ENTRIES) names.put(entry);
  return {
    names,
    networks: [
      { id: RED, name: "Red", subnets: [parsePrefix("10.7.0.0/24"), parsePrefix("fd07::/64")] },
      { id: GREEN, name: "green", subnets: [parsePrefix("10.8.0.0/24"), parsePrefix("fd08::/64")] },
      { id: DOTTED, name: "z.example", subnets: [parsePrefix("10.9.0.0/24")] },
    ],
    ndots: 0,
    upstream: { from: "host" },
    ...changes,
  };
}

const VIEW = viewOf();
const inOrder = { random: () => 0.99 };

const ask = (name: string, type = "A", view = VIEW) => {
  const verdict = resolve({ name, type }, view, inOrder);
  return verdict.type === "answer" ? verdict.records.map(({ data }) => data) : verdict.type;
};

describe("a question for a name", () => {
  it.each([
    ["web1", "A", ["10.7.0.2"]],
    ["web1", "AAAA", ["fd07::2"]],
    ["web1.", "A", ["10.7.0.2"]],
    ["WEB1", "A", ["10.7.0.2"]],
    ["web2", "A", ["10.7.0.3"]],
    ["0123456789ab", "A", ["10.7.0.2"]],
    ["www", "A", ["10.7.0.2", "10.7.0.3"]],
    ["www", "AAAA", ["fd07::2"]],
    ["web1.red", "A", ["10.7.0.2"]],
    ["web1.green", "A", "forward"],
    ["db.prod", "A", ["10.7.0.4"]],
    ["db.prod.red", "A", ["10.7.0.4"]],
    ["db", "A", "forward"],
    ["x.y", "A", ["10.9.0.2"]],
    ["x.y.z.example", "A", ["10.9.0.2"]],
    ["x.z.example", "A", ["10.9.0.2"]],
    ["web1", "ANY", ["10.7.0.2", "fd07::2"]],
    ["web2", "AAAA", []],
    ["web1", "MX", []],
    ["web1", "TXT", []],
    ["web1", "UNKNOWN_65280", []],
    ["example.org", "A", "forward"],
    ["example.org", "MX", "forward"],
    ["web1.example.org", "A", "forward"],
    ["", "NS", "forward"],
    ["..", "A", "forward"],
  ])("%s %s: %j", (name, type, expected) => {
    expect(ask(name, type)).toEqual(expected);
  });

  it("is answered by the first network that knows the name, for both families", () => {
    expect(ask("both")).toEqual(["10.7.0.5"]);
    expect(ask("both", "AAAA")).toEqual([]);
    expect(ask("both.green", "AAAA")).toEqual(["fd08::5"]);
    const reversed = viewOf({ networks: [...VIEW.networks].reverse() });
    expect(ask("both", "A", reversed)).toEqual(["10.8.0.5"]);
  });

  it("is answered by another network where the first has no address for it", () => {
    const answer = (name: string, type: string) => resolve({ name, type }, VIEW, inOrder);
    expect(answer("idle", "A")).toMatchObject({ records: [{ data: "10.8.0.6" }] });
    expect(answer("idle", "AAAA")).toEqual({ type: "answer", records: [] });
    expect(answer("nowhere", "A")).toEqual({ type: "answer", records: [] });
    expect(answer("idle.red", "A")).toEqual({ type: "answer", records: [] });
  });

  it("keeps the question's letters and the TTL", () => {
    expect(resolve({ name: "wEb1.ReD.", type: "A" }, VIEW)).toEqual({
      type: "answer",
      records: [{ name: "wEb1.ReD", type: "A", ttl: 600, data: "10.7.0.2" }],
    });
    const verdict = resolve({ name: "web1", type: "A" }, VIEW, { ttl: 5 });
    expect(verdict.type === "answer" && verdict.records[0]?.ttl).toBe(5);
  });

  it("gets its records in an order that chance decides", () => {
    const orders = [0.99, 0].map((value) => {
      const verdict = resolve({ name: "www", type: "A" }, VIEW, { random: () => value });
      return verdict.type === "answer" ? verdict.records.map(({ data }) => data) : [];
    });
    expect(orders).toEqual([
      ["10.7.0.2", "10.7.0.3"],
      ["10.7.0.3", "10.7.0.2"],
    ]);
  });

  it("is none of ours in another class", () => {
    expect(resolve({ name: "web1", type: "A", class: "CH" }, VIEW).type).toBe("forward");
  });
});

describe("a question that nobody here can answer", () => {
  it("is refused where there is no way out", () => {
    const { upstream: _, ...without } = VIEW;
    expect(resolve({ name: "example.org", type: "A" }, without)).toEqual({ type: "refuse", rcode: "SERVFAIL" });
  });

  it("ends here for a single label when the user set ndots", () => {
    const view = viewOf({ ndots: 1 });
    expect(ask("nobody", "A", view)).toEqual([]);
    expect(ask("nobody", "AAAA", view)).toEqual([]);
    expect(ask("web1", "A", view)).toEqual(["10.7.0.2"]);
    expect(ask("example.org", "A", view)).toBe("forward");
    expect(ask("", "A", view)).toBe("forward");
    expect(ask("org", "NS", view)).toBe("forward");
  });
});

describe("a question for an address", () => {
  it.each([
    ["2.0.7.10.in-addr.arpa", "PTR", ["web1.Red"]],
    ["2.0.7.10.IN-ADDR.ARPA.", "PTR", ["web1.Red"]],
    ["2.0.7.10.in-addr.arpa", "ANY", ["web1.Red"]],
    ["2.0.7.10.in-addr.arpa", "TXT", []],
    ["2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.7.0.d.f.ip6.arpa", "PTR", ["web1.Red"]],
    ["9.0.7.10.in-addr.arpa", "PTR", "nxdomain"],
    ["9.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.7.0.d.f.ip6.arpa", "PTR", "nxdomain"],
    ["8.8.8.8.in-addr.arpa", "PTR", "forward"],
    ["0.7.10.in-addr.arpa", "PTR", "forward"],
    ["02.0.7.10.in-addr.arpa", "PTR", "forward"],
    ["300.0.7.10.in-addr.arpa", "PTR", "forward"],
    ["d.f.ip6.arpa", "PTR", "forward"],
    ["4.0.9.10.in-addr.arpa", "PTR", ["odd.z.example"]],
  ])("%s %s: %j", (name, type, expected) => {
    expect(ask(name, type)).toEqual(expected);
  });

  it("leaves the network off where both together are too long", () => {
    const networks = [{ id: DOTTED, name: LONG_NETWORK, subnets: [] }];
    expect(ask("3.0.9.10.in-addr.arpa", "PTR", viewOf({ networks }))).toEqual(["l".repeat(63)]);
  });
});

describe("a question for a service", () => {
  const at = (target: string, port: number) => ({ priority: 0, weight: 0, port, target });

  it.each([
    ["_80._tcp.www", "SRV", [at("web1.Red", 80), at("Web2.Red", 80)]],
    ["_http._tcp.www", "SRV", [at("web1.Red", 80), at("Web2.Red", 80)]],
    ["_HTTP._TCP.web2.red", "SRV", [at("Web2.Red", 80)]],
    ["_9000._tcp.www", "SRV", [at("web1.Red", 9000)]],
    ["_80._udp.www", "SRV", []],
    ["_81._tcp.www", "SRV", []],
    ["_nothing._tcp.www", "SRV", []],
    ["_http._tcp.www", "A", []],
    ["_http._tcp.example.org", "SRV", "forward"],
  ])("%s %s: %j", (name, type, expected) => {
    expect(ask(name, type)).toEqual(expected);
  });
});

describe("every question", () => {
  const labels = fc.constantFrom("web1", "www", "red", "Red", "z", "example", "y", "x", "_http", "_tcp", "org", "");
  const name = fc.oneof(
    fc.array(labels, { maxLength: 6 }).map((parts) => parts.join(".")),
    fc.string({ unit: "binary", maxLength: 30 }),
  );
  const type = fc.constantFrom("A", "AAAA", "PTR", "SRV", "MX", "ANY", "TXT");

  it("gets the same verdict in any letters", () => {
    fc.assert(
      fc.property(name, type, (given, asked) => {
        expect(ask(given.toUpperCase().toLowerCase(), asked)).toEqual(ask(given.toLowerCase(), asked));
      }),
    );
  });

  it("for a name that somebody has is answered here, whatever the type", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ENTRIES), type, fc.boolean(), (entry, asked, qualified) => {
        const known = entry.names.at(-1) ?? "";
        const network = VIEW.networks.find(({ id }) => id === entry.networkId)?.name ?? "";
        expect(resolve({ name: qualified ? `${known}.${network}` : known, type: asked }, VIEW).type).toBe("answer");
      }),
    );
  });

  it("gets records of the type that it asks for only", () => {
    fc.assert(
      fc.property(name, type, (given, asked) => {
        const verdict = resolve({ name: given, type: asked }, VIEW);
        if (verdict.type !== "answer" || asked === "ANY") return;
        expect(verdict.records.every((record) => record.type === asked)).toBe(true);
      }),
    );
  });
});
