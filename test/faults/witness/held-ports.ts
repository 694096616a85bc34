import { readFileSync } from "node:fs";
import { compare } from "../compare.ts";
import type { Records } from "../records.ts";

const LISTEN = "0A";
const UNCONNECTED = "07";

/** The host's listening sockets: one for each published port, of an endpoint or of a service. The calling thread is in the host's namespace. */
export function heldPorts({ endpoints, services }: Records): readonly string[] {
  const held = [
    ...endpoints.flatMap(({ endpoint }) => endpoint.ports),
    ...services.flatMap(({ bindings }) => bindings),
  ];
  const wanted = held.map(
    ({ protocol, hostAddress, hostPort }) => `${protocol} ${kernelText(hostAddress)}:${hostPort}`,
  );
  const found = (["tcp", "udp"] as const).flatMap((protocol) => [
    ...sockets(protocol, protocol),
    ...sockets(`${protocol}6`, protocol),
  ]);
  return compare("held ports", wanted, found);
}

function sockets(table: string, protocol: string): readonly string[] {
  return readFileSync(`/proc/thread-self/net/${table}`, "utf8")
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === LISTEN || (protocol === "udp" && state === UNCONNECTED))
    .map(([, local = ""]) => {
      const [address = "", port = ""] = local.split(":");
      return `${protocol} ${address}:${Number.parseInt(port, 16)}`;
    });
}

/** As the kernel prints these addresses on a little-endian machine. */
const KERNEL_TEXT: Readonly<Record<string, string>> = {
  "0.0.0.0": "00000000",
  "127.0.0.1": "0100007F",
  "::": "0".repeat(32),
  "::1": `${"0".repeat(24)}01000000`,
};

const kernelText = (address: string): string => KERNEL_TEXT[address] ?? address;
