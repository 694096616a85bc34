import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Machine } from "../attach/machine.ts";
import { type DnsPeer, LOCAL_NAME, onServerCore } from "./dns-peer.ts";
import { SILENT_SERVER } from "./silent-server.ts";

const AARDVARK = "/usr/lib/podman/aardvark-dns";
const [GATEWAY, CONTAINER] = ["10.99.5.1", "10.99.5.2"];
const CONTAINER_ID = "6ce776ea58b5e2b9c6d3b1a9e5f9e8c5a3f7b2d1c0e9f8a7b6c5d4e3f2a1b0c9";

/** podman's name server, which listens on a network's gateway address in the host and tells containers by their address. */
export async function aardvark(machine: Machine): Promise<DnsPeer> {
  const [host, sandbox] = [machine.host("aardvark"), machine.sandbox("aardvark")];
  const ip = (namespace: typeof host, words: string): void => {
    namespace.enter(() => execFileSync("ip", words.split(" ")));
  };
  ip(host, "link add br0 type bridge");
  ip(host, `link add veth0 type veth peer name eth0 netns ${sandbox.path}`);
  ip(host, "link set veth0 master br0 up");
  ip(host, `address add ${GATEWAY}/24 dev br0`);
  ip(host, "link set br0 up");
  ip(host, "link set lo up");
  ip(sandbox, `address add ${CONTAINER}/24 dev eth0`);
  ip(sandbox, "link set eth0 up");

  const config = machine.path("aardvark");
  mkdirSync(config);
  // The network's listening address, and who is asked for other names; then a container's ID, IPv4 and IPv6 addresses, and names.
  writeFileSync(join(config, "web"), `${GATEWAY} ${SILENT_SERVER}\n${CONTAINER_ID} ${CONTAINER}  ${LOCAL_NAME}\n`);
  const [program = "", ...args] = [...onServerCore, AARDVARK, "--config", config, "-p", "53", "run"];
  const child = host.enter(() => spawn(program, args, { stdio: "ignore" }));
  const pidFile = join(config, "aardvark.pid");
  while (!existsSync(pidFile)) {
    if (child.exitCode !== null && child.exitCode !== 0) throw new Error(`aardvark-dns ended with ${child.exitCode}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    name: "aardvark-dns",
    namespacePath: sandbox.path,
    server: GATEWAY,
    askerPath: host.path,
    close: async () => void process.kill(Number(readFileSync(pidFile, "utf8")), "SIGTERM"),
  };
}
