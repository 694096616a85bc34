import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  addAddress,
  addRoute,
  bindLibc,
  createLink,
  createNamespace,
  deleteLink,
  deleteNamespace,
  dumpLinks,
  executeAll,
  getLink,
  type Libc,
  loadFfi,
  type Namespace,
  NETLINK_ROUTE,
  type NetlinkSocket,
  openNetlinkSocket,
  setLink,
} from "@cnm/linux";

const UPLINK = "uplink";

/** Two network namespaces, "host" and "neighbour", with a link between them that plays the host's uplink. */
export class DemoHost {
  readonly path: string;
  readonly namespace: Namespace;
  readonly neighbour: Namespace;
  readonly uplink = ["192.0.2.1/24", "2001:db8::1/64"] as const;
  readonly #libc: Libc;
  readonly #route: NetlinkSocket;
  readonly #pins: readonly string[];

  private constructor(libc: Libc, folder: string) {
    this.#libc = libc;
    this.path = join(folder, "host");
    this.#pins = [this.path, join(folder, "neighbour")];
    this.namespace = createNamespace(libc, this.path);
    this.neighbour = createNamespace(libc, join(folder, "neighbour"));
    this.#route = routeSocket(libc, this.namespace);
  }

  static async create(folder: string): Promise<DemoHost> {
    const host = new DemoHost(bindLibc(loadFfi()), folder);
    await host.#connect();
    return host;
  }

  /**
   * What the demo could leave on this machine, where others may come and go meanwhile: interfaces that are named as ours are,
   * namespaces pinned in its folder, sockets that listen on its port, processes that were told of its folder, the folder.
   */
  static snapshot(folder: string, port: number): readonly string[] {
    const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
    const pins = mounts.map((mount) => mount.split(" ")[1] ?? "").filter((path) => path.startsWith(folder));
    return [
      ...readdirSync("/sys/class/net")
        .filter((name) => /^(br-|veth|uplink|cnm)/.test(name))
        .map((name) => `link ${name}`),
      ...pins.map((path) => `namespace ${path}`),
      ...listening()
        .filter((socket) => socket.endsWith(`:${hexadecimal(port)}`))
        .map((socket) => `listening socket ${socket}`),
      ...processesWith(folder).map((pid) => `process ${pid}`),
      ...(existsSync(folder) ? [`folder ${folder}`] : []),
    ];
  }

  /** Index of a link; another one that bears its name has another. */
  async linkIndex(name: string): Promise<number> {
    return (await getLink(this.#route, name)).index;
  }

  async deleteLink(name: string): Promise<void> {
    await executeAll(this.#route, [deleteLink(name)]);
  }

  async links(): Promise<readonly string[]> {
    return (await dumpLinks(this.#route)).map(({ name }) => name);
  }

  async close(): Promise<void> {
    await this.#route.close();
    for (const namespace of [this.namespace, this.neighbour]) namespace.close();
    for (const path of this.#pins) deleteNamespace(this.#libc, path);
  }

  async #connect(): Promise<void> {
    const far = routeSocket(this.#libc, this.neighbour);
    try {
      const peer = { name: UPLINK, namespaceFd: this.neighbour.fd };
      await executeAll(this.#route, [createLink({ kind: "veth", name: UPLINK, peer })]);
      await furnish(this.#route, this.uplink, ["192.0.2.2", "2001:db8::2"]);
      // It routes everything here, as those do who try to reach sandboxes directly.
      await furnish(far, ["192.0.2.2/24", "2001:db8::2/64"], ["192.0.2.1", "2001:db8::1"]);
    } finally {
      await far.close();
    }
  }
}

async function furnish(
  socket: NetlinkSocket,
  addresses: readonly string[],
  gateways: readonly string[],
): Promise<void> {
  await executeAll(socket, [setLink("lo", { up: true }), setLink(UPLINK, { up: true })]);
  const { index: linkIndex } = await getLink(socket, UPLINK);
  await executeAll(
    socket,
    addresses.map((address) => addAddress({ linkIndex, address, nodad: true })),
  );
  await executeAll(
    socket,
    gateways.map((gateway) =>
      addRoute({ destination: gateway.includes(":") ? "::/0" : "0.0.0.0/0", gateway, linkIndex }),
    ),
  );
}

const routeSocket = (libc: Libc, namespace: Namespace): NetlinkSocket =>
  namespace.enter(() => openNetlinkSocket(libc, NETLINK_ROUTE));

const hexadecimal = (port: number): string => port.toString(16).toUpperCase().padStart(4, "0");

const TCP_LISTEN = "0A";

/** Processes with the text in their command line or environment. */
function processesWith(text: string): readonly string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      return ["cmdline", "environ"].some((file) => readFileSync(join("/proc", pid, file)).includes(text));
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}

/** Local addresses as /proc has them: hexadecimal, which is enough to compare. */
function listening(): readonly string[] {
  return ["tcp", "tcp6"].flatMap((name) => {
    const [, ...rows] = readFileSync(`/proc/net/${name}`, "utf8").split("\n");
    const columns = rows.map((row) => row.trim().split(/\s+/));
    return columns.flatMap(([, local, , state]) => (state === TCP_LISTEN && local !== undefined ? [local] : []));
  });
}
