import { spawn } from "node:child_process";
import type { Namespace } from "@cnm/linux";
import { success } from "./netavark-peer.ts";
import type { Peer } from "./peer.ts";

/**
 * The same by hand, as fast as programs can: `ip -batch` in the host and in the sandbox, and one map element by `nft -f`.
 * The bridge and the table are there already.
 */
export async function scriptPeer(host: Namespace, sandbox: Namespace, sandboxPath: string): Promise<Peer> {
  const feed = async (namespace: Namespace, program: string, args: readonly string[], text: string): Promise<void> => {
    const child = namespace.enter(() => spawn(program, args, { stdio: ["pipe", "ignore", "pipe"] }));
    child.stdin?.end(text);
    await success(child, program);
  };
  await feed(host, "ip", ["-batch", "-"], BRIDGE);
  await feed(host, "nft", ["-f", "-"], TABLE);
  return {
    name: "ip -batch + nft -f",
    async join() {
      await feed(host, "ip", ["-batch", "-"], hostSide(sandboxPath));
      await feed(sandbox, "ip", ["-batch", "-"], SANDBOX_SIDE);
      await feed(host, "nft", ["-f", "-"], `add element inet byhand published { tcp . 8080 : 10.99.3.2 . 80 }\n`);
    },
    async leave() {
      await feed(host, "nft", ["-f", "-"], `delete element inet byhand published { tcp . 8080 }\n`);
      await feed(host, "ip", ["-batch", "-"], "link del vethhand0\n");
    },
    close: async () => undefined,
  };
}

const BRIDGE = ["link add brhand0 type bridge", "addr add 10.99.3.1/24 dev brhand0", "link set brhand0 up", ""].join(
  "\n",
);

const hostSide = (path: string): string =>
  [
    `link add vethhand0 type veth peer name eth2 netns ${path}`,
    "link set vethhand0 master brhand0 up",
    "link set vethhand0 type bridge_slave hairpin on",
    "",
  ].join("\n");

const SANDBOX_SIDE = [
  "addr add 10.99.3.2/24 dev eth2",
  "link set eth2 up",
  "route add 10.98.0.0/16 via 10.99.3.1",
  "",
].join("\n");

const TABLE = `table inet byhand {
  map published { type inet_proto . inet_service : ipv4_addr . inet_service; }
  chain prerouting { type nat hook prerouting priority dstnat; dnat ip to meta l4proto . th dport map @published; }
  chain postrouting { type nat hook postrouting priority srcnat; ip saddr 10.99.3.0/24 oifname != "brhand0" masquerade; }
}
`;
