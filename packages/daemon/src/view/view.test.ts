import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Endpoint, EndpointId, Network, NetworkId, Sandbox, SandboxId } from "@cnm/core";
import { describe, expect, it } from "vitest";
import { EMPTY_RECORD, type SandboxRecord } from "../records/sandbox-record.ts";
import { containerJson } from "./container-json.ts";
import { containerStatus } from "./container-status.ts";
import { containerSummaryJson } from "./container-summary-json.ts";
import { humanDuration } from "./duration.ts";
import { WISHED_ADDRESSES } from "./endpoint-settings-json.ts";
import { eventLine } from "./event-json.ts";
import type { SandboxState } from "./model.ts";
import { networkJson } from "./network-json.ts";
import { sandboxJson } from "./sandbox-json.ts";

const CREATED = "2026-01-02T03:04:05.678Z";
const NOW = Date.parse(CREATED) + 90_000;

const network: Network = {
  schema: 1,
  id: "a".repeat(64) as NetworkId,
  name: "web",
  driver: "bridge",
  scope: "local",
  state: "ready",
  created: CREATED,
  ipv4: true,
  ipv6: true,
  internal: false,
  attachable: true,
  labels: { team: "blue" },
  options: { "com.docker.network.driver.mtu": "1400" },
  ipam: {
    driver: "default",
    options: {},
    pools: [
      {
        family: 4,
        poolId: "p4",
        subnet: "10.7.0.0/24",
        ipRange: "10.7.0.128/25",
        gateway: "10.7.0.1",
        auxAddresses: { router: "10.7.0.5" },
      },
      { family: 6, poolId: "p6", subnet: "fd07::/64", gateway: "fd07::1", auxAddresses: {} },
    ],
  },
};

const none: Network = {
  ...network,
  id: "0".repeat(64) as NetworkId,
  name: "none",
  driver: "null",
  ipv6: false,
  attachable: false,
  labels: {},
  options: {},
  ipam: { driver: "null", options: {}, pools: [{ family: 4, poolId: "n", subnet: "0.0.0.0/0", auxAddresses: {} }] },
};

const sandbox: Sandbox = {
  schema: 1,
  id: "b".repeat(64) as SandboxId,
  name: "box",
  state: "ready",
  created: CREATED,
  hostname: "first",
  domainname: "example.org",
  dns: { servers: ["192.0.2.53"] },
  extraHosts: ["db:192.0.2.7"],
  labels: { tier: "front" },
  namespace: { path: "/run/cnm/netns/bbbbbbbbbbbb", owned: true },
  sysctls: { "net.ipv4.ip_unprivileged_port_start": "0" },
};

const endpoint: Endpoint = {
  schema: 1,
  id: "c".repeat(64) as EndpointId,
  name: "box",
  networkId: network.id,
  sandboxId: sandbox.id,
  state: "ready",
  created: CREATED,
  interfaceName: "eth0",
  macAddress: "02:42:0a:07:00:09",
  addresses: [
    { family: 4, address: "10.7.0.9/24", poolId: "p4" },
    { family: 6, address: "fd07::9/64", poolId: "p6" },
    { family: 4, address: "169.254.1.1/16" },
  ],
  aliases: ["www"],
  ports: [
    { protocol: "tcp", hostAddress: "0.0.0.0", hostPort: 8080, targetPort: 80 },
    { protocol: "tcp", hostAddress: "::", hostPort: 8080, targetPort: 80 },
    { protocol: "udp", hostAddress: "127.0.0.1", hostPort: 53, targetPort: 5353 },
  ],
  exposed: [{ protocol: "tcp", port: 443 }],
  gatewayPriority: 7,
  gateway: { ipv4: true, ipv6: true },
  options: {},
  labels: { [WISHED_ADDRESSES]: "10.7.0.9,169.254.1.1" },
};

const record: SandboxRecord = {
  ...EMPTY_RECORD,
  program: {
    cmd: ["/bin/sleep", "3600"],
    env: ["COLOUR=red"],
    cwd: "/srv",
    process: { pid: 4242, startTime: "1", started: CREATED },
  },
};

const state: SandboxState = {
  sandbox,
  record,
  members: [{ endpoint, network, sandbox }],
  etcDir: "/var/lib/cnm/sandboxes/b/etc",
  logPath: "/var/lib/cnm/sandboxes/b/log",
};

const exited: SandboxState = {
  ...state,
  members: [
    {
      sandbox,
      network: none,
      endpoint: { ...endpoint, networkId: none.id, addresses: [], ports: [], exposed: [], aliases: [], labels: {} },
    },
  ],
  record: {
    ...EMPTY_RECORD,
    program: {
      cmd: ["false"],
      env: [],
      process: { pid: 1, startTime: "1", started: CREATED, finished: "2026-01-02T03:05:05.678Z", exitCode: 1 },
    },
  },
};

const VIEWS: Readonly<Record<string, unknown>> = {
  network: networkJson(network, state.members, 51),
  "network-1.41": networkJson(network, state.members, 41),
  "network-none": networkJson(none, [], 51),
  container: containerJson(state, 51),
  "container-1.41": containerJson(state, 41),
  "container-exited": containerJson(exited, 51),
  summary: containerSummaryJson(state, 51, NOW),
  "summary-exited": containerSummaryJson(exited, 51, NOW),
  sandbox: sandboxJson(state),
};

describe("views", () => {
  // UPDATE_GOLDEN=1 writes them anew.
  it.each(Object.entries(VIEWS))("%s", (name, view) => {
    const path = fileURLToPath(new URL(`golden/${name}.golden.json`, import.meta.url));
    const text = `${JSON.stringify(view, undefined, 2)}\n`;
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, text);
    expect(text).toBe(readFileSync(path, "utf8"));
  });

  it("tells nanoseconds that a double cannot hold", () => {
    const event = {
      Type: "network",
      Action: "create",
      Actor: { ID: "a", Attributes: { name: "web", type: "bridge" } },
      scope: "local",
      time: 1_767_322_000,
      timeNano: 1_767_322_000_123_456_789n,
    } as const;
    expect(eventLine(event)).toBe(
      '{"Type":"network","Action":"create","Actor":{"ID":"a","Attributes":{"name":"web","type":"bridge"}},"scope":"local","time":1767322000,"timeNano":1767322000123456789}\n',
    );
    expect(eventLine({ ...event, Type: "container" })).toMatch(/^\{"status":"create","id":"a","from":""/);
  });

  it.each([
    [0, "Less than a second"],
    [1_999, "1 second"],
    [59_999, "59 seconds"],
    [60_000, "About a minute"],
    [120_000, "2 minutes"],
    [3_600_000, "About an hour"],
    [3 * 3_600_000, "3 hours"],
    [72 * 3_600_000, "3 days"],
    [21 * 86_400_000, "3 weeks"],
    [90 * 86_400_000, "3 months"],
    [800 * 86_400_000, "2 years"],
  ])("%i ms are %s", (span, words) => expect(humanDuration(span)).toBe(words));

  it("knows what a program does", () => {
    expect(containerStatus(CREATED, EMPTY_RECORD, NOW)).toBe("Up About a minute");
    expect(containerStatus(CREATED, exited.record, NOW)).toBe("Exited (1) 30 seconds ago");
    const program = { cmd: ["x"], env: [] };
    expect(containerStatus(CREATED, { ...EMPTY_RECORD, program }, NOW)).toBe("Created");
    const process = { pid: 1, startTime: "1", started: CREATED, finished: CREATED };
    expect(containerStatus(CREATED, { ...EMPTY_RECORD, program: { ...program, process } }, NOW)).toMatch(
      /^Exited \(\?\)/,
    );
  });
});
