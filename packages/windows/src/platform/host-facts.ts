import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { getServers } from "node:dns";
import { hostname, networkInterfaces } from "node:os";
import { promisify } from "node:util";
import { formatPrefix, type HostFacts, type HostRoute, networkOf, readInterfaceAddress } from "@cnm/core";

const run = promisify(execFile);
const ETHERNET_MTU = 1500;

export async function readHostFacts(): Promise<HostFacts> {
  const interfaces = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return {
    // The id itself is kept to the machine, and a digest of it given out.
    id: createHash("sha256")
      .update(`cnm ${await machineId()}`)
      .digest("hex"),
    ipv6: interfaces.some(({ family, internal }) => family === "IPv6" && !internal),
    mtu: ETHERNET_MTU,
  };
}

/** Windows makes it when it is installed. */
async function machineId(): Promise<string> {
  const key = "HKLM\\SOFTWARE\\Microsoft\\Cryptography";
  try {
    const { stdout } = await run("reg.exe", ["query", key, "/v", "MachineGuid"]);
    return /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(stdout)?.[0]?.toLowerCase() ?? hostname();
  } catch {
    return hostname();
  }
}

/** The prefixes that this host is on. `own`: names of networks of ours, whose gateways are adapters of the host. */
export function hostRoutes(own: ReadonlySet<string>): readonly HostRoute[] {
  return Object.entries(networkInterfaces()).flatMap(([link, addresses = []]) =>
    addresses.flatMap(({ cidr, internal }): readonly HostRoute[] => {
      const address = internal || cidr === null ? undefined : readInterfaceAddress(cidr.replace(/%[^/]*/, ""));
      if (address === undefined || typeof address === "string") return [];
      const network = /^vEthernet \((.*)\)$/.exec(link)?.[1];
      const destination = formatPrefix(networkOf(address));
      return [{ destination, link, own: network !== undefined && own.has(network) }];
    }),
  );
}

/** A port may stand behind a server's address. */
export const readNameservers = (): readonly string[] =>
  getServers().map(
    (server) =>
      /^\[([^\]]+)\]/.exec(server)?.[1] ?? (server.split(":").length > 2 ? server : server.replace(/:\d+$/, "")),
  );
