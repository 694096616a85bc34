import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Namespace } from "@cnm/linux";
import type { Peer } from "./peer.ts";

const NETAVARK = "/usr/lib/podman/netavark";
const NETWORK_ID = "2f259bab93aaaaa2542ba43ef33eb990d0999ee1b9924b557b7be53c0b7a1bb9";

/** The netavark that Debian installs, as podman calls it: one process a step, its request on standard input. */
export function netavarkPeer(host: Namespace, sandboxPath: string): Peer {
  const config = mkdtempSync(join(tmpdir(), "cnm-bench-netavark-"));
  const step = async (command: "setup" | "teardown"): Promise<void> => {
    const child = host.enter(() =>
      spawn(NETAVARK, ["--config", config, command, sandboxPath], { stdio: ["pipe", "ignore", "pipe"] }),
    );
    child.stdin?.end(REQUEST);
    await success(child, `netavark ${command}`);
  };
  return {
    name: "netavark",
    join: () => step("setup"),
    leave: () => step("teardown"),
    close: async () => rmSync(config, { recursive: true, force: true }),
  };
}

export async function success(child: ChildProcess, what: string): Promise<void> {
  const said: Buffer[] = [];
  child.stderr?.on("data", (chunk: Buffer) => said.push(chunk));
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`${what}: exit status ${status}: ${Buffer.concat(said)}`);
}

const REQUEST = JSON.stringify({
  container_id: "6ce776ea58b5e2b9c6d3b1a9e5f9e8c5a3f7b2d1c0e9f8a7b6c5d4e3f2a1b0c9",
  container_name: "peer1",
  port_mappings: [{ host_ip: "", container_port: 80, host_port: 8080, range: 1, protocol: "tcp" }],
  networks: { outside: { interface_name: "eth1", static_ips: ["10.99.2.2"] } },
  network_info: {
    outside: {
      name: "outside",
      id: NETWORK_ID,
      driver: "bridge",
      network_interface: "nvbench0",
      internal: false,
      ipv6_enabled: false,
      dns_enabled: false,
      subnets: [{ subnet: "10.99.2.0/24", gateway: "10.99.2.1" }],
      ipam_options: { driver: "host-local" },
    },
  },
});
