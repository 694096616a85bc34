import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  watch,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DockerCli } from "./docker-cli.ts";
import { type ContainerSpec, type Engine, SLEEP } from "./engine.ts";

export const IMAGE = "peerimage";

/** Where the managers of a swarm would meet: a link that leads to nobody. */
const ADDRESS = "192.0.2.1";
const UPLINK = `ip link set lo up; ip link add uplink type veth peer name nobody; ip address add ${ADDRESS}/24 dev uplink; ip link set uplink up`;

/** Docker's own engine. @param swarm With services: it manages a swarm of which it is all. */
export async function dockerdEngine({ swarm = false } = {}): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), "cnm-dockerd-"));
  const socket = join(folder, "docker.sock");
  const daemon = startDaemon(folder, socket);
  await appears(folder, socket, daemon);
  const cli = new DockerCli(socket);
  execFileSync("docker", ["import", "-", IMAGE], {
    env: { PATH: process.env["PATH"], DOCKER_HOST: `unix://${socket}` },
    input: rootfs(folder),
    stdio: ["pipe", "ignore", "inherit"],
  });
  if (swarm) await must(cli, "swarm", "init", "--advertise-addr", ADDRESS);
  return {
    name: "dockerd",
    socket,
    start: (spec) => startContainer(cli, spec),
    serviceNetwork: (name, subnet) => must(cli, "network", "create", "--driver", "overlay", "--subnet", subnet, name),
    staff: (service, tasks) => must(cli, "service", "scale", "--detach=false", `${service}=${tasks}`),
    async close() {
      // Its containers would come again.
      if (swarm) await must(cli, "swarm", "leave", "--force");
      const { stdout } = await cli.run(["ps", "-aq"]);
      const ids = stdout.split("\n").filter((id) => id !== "");
      if (ids.length > 0) await cli.run(["rm", "-f", ...ids]);
      cli.close();
      const ended = once(daemon, "exit");
      // nice(1), unshare(1) and sh(1) have become dockerd: the signal reaches it.
      daemon.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

function startDaemon(folder: string, socket: string): ChildProcess {
  const log = openSync(join(folder, "log"), "w");
  const paths = ["--data-root", join(folder, "data"), "--exec-root", join(folder, "exec"), "-p", join(folder, "pid")];
  const more = ["-H", `unix://${socket}`, "--userland-proxy=false", "--storage-driver", "vfs"];
  const own = ["unshare", "-n", "-m", "--propagation", "private", "sh", "-c", `${UPLINK}; exec "$@"`, "sh"];
  const child = spawn("nice", ["-n", "10", ...own, "dockerd", ...paths, ...more], { stdio: ["ignore", log, log] });
  closeSync(log);
  return child;
}

async function appears(folder: string, socket: string, daemon: ChildProcess): Promise<void> {
  const watcher = watch(folder);
  const exited = once(daemon, "exit").then(() => {
    throw new Error(`dockerd ended: ${readFileSync(join(folder, "log"), "utf8").slice(-2000)}`);
  });
  try {
    while (!existsSync(socket)) await Promise.race([once(watcher, "change"), exited]);
  } finally {
    watcher.close();
    exited.catch(() => undefined);
  }
}

/** A root file system of one static program, as a tar stream. */
function rootfs(folder: string): Buffer {
  const tree = join(folder, "rootfs");
  mkdirSync(join(tree, "bin"), { recursive: true });
  copyFileSync("/usr/bin/busybox", join(tree, "bin/busybox"));
  symlinkSync("busybox", join(tree, "bin/sleep"));
  return execFileSync("tar", ["-C", tree, "-c", "."], { maxBuffer: 64 << 20 });
}

async function startContainer(cli: DockerCli, spec: ContainerSpec): Promise<void> {
  const { name, network, ip, aliases = [], ports = [], hostname, labels = {} } = spec;
  const args = [
    ...["run", "-d", "--name", name, "--network", network],
    ...(ip === undefined ? [] : ["--ip", ip]),
    ...aliases.flatMap((alias) => ["--network-alias", alias]),
    ...ports.flatMap((port) => ["-p", port]),
    ...(hostname === undefined ? [] : ["--hostname", hostname]),
    ...Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]),
  ];
  await must(cli, ...args, IMAGE, ...SLEEP);
}

async function must(cli: DockerCli, ...args: readonly string[]): Promise<void> {
  const { status, stderr } = await cli.run(args);
  if (status !== 0) throw new Error(`dockerd does not do ${args.join(" ")}: ${stderr}`);
}
