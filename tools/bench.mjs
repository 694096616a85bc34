import { existsSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./lib/bundle.mjs";
import { ensureBuilt, ensurePrograms } from "./lib/prepare.mjs";
import { main, root, run } from "./lib/run.mjs";

/** What each benchmark needs besides Node: its peers. */
const PROGRAMS = {
  attach: {
    ip: "iproute2",
    nft: "nftables",
    dockerd: "docker.io",
    containerd: "containerd",
    runc: "runc",
    busybox: "busybox-static",
    unshare: "util-linux",
    "../lib/podman/netavark": "netavark",
  },
  dns: {
    ip: "iproute2",
    dnsperf: "dnsperf",
    taskset: "util-linux",
    nsenter: "util-linux",
    dockerd: "docker.io",
    containerd: "containerd",
    runc: "runc",
    iptables: "iptables",
    busybox: "busybox-static",
    "../lib/podman/aardvark-dns": "aardvark-dns",
  },
  cli: { ip: "iproute2" },
  dataplane: {
    ip: "iproute2",
    iperf3: "iperf3",
    "qemu-system-x86_64": "qemu-system-x86",
    busybox: "busybox-static",
    modprobe: "kmod",
    xz: "xz-utils",
  },
  scale: { ip: "iproute2", iperf3: "iperf3" },
  services: { ip: "iproute2", nft: "nftables", iperf3: "iperf3", haproxy: "haproxy" },
  ipam: {},
  store: {},
};

/** What is not run by this process. */
const PARTS = { dataplane: { "in-guest": "test/bench/dataplane/in-guest.ts" } };

/** `npm run bench -- NAME [--json]`: subject and peers in one run; exit status 1 when a target is missed. */
await main(async ([name, ...args]) => {
  if (name === undefined || !existsSync(join(root, "test/bench", `${name}.ts`))) {
    throw new Error(`usage: npm run bench -- ${Object.keys(PROGRAMS).join("|")} [--json]`);
  }
  await ensurePrograms(PROGRAMS[name] ?? {});
  await ensureBuilt();
  const program = await bundle({ [name]: `test/bench/${name}.ts`, ...PARTS[name] }, name);
  await run(process.execPath, ["--enable-source-maps", "--expose-gc", program, ...args]);
});
