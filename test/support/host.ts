import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  bindLibc,
  createNamespace,
  currentNamespace,
  deleteNamespace,
  loadFfi,
  type Namespace,
  openNamespace,
} from "@cnm/linux";

const CLONE_NEWNET = 0x40000000;

/**
 * Moves this process's main thread into a network namespace of its own, which plays the host from then on. Each test file is
 * a process, so files do not disturb each other. Call once, at the top of a file.
 */
export function enterFreshHost(): TestHost {
  return new TestHost();
}

export class TestHost {
  /** For a platform's run directory and a store. */
  readonly folder = mkdtempSync(join(tmpdir(), "cnm-test-"));
  readonly namespace: Namespace;
  readonly #libc = bindLibc(loadFfi());
  readonly #before: Namespace;
  readonly #made: Namespace[] = [];

  constructor() {
    this.#before = currentNamespace(this.#libc);
    const made = this.#libc.unshare(CLONE_NEWNET);
    if (made < 0) throw new Error(`integration tests need root: unshare gives error ${-made}`);
    this.namespace = currentNamespace(this.#libc);
    run("ip", ["link", "set", "lo", "up"]);
  }

  get runDir(): string {
    return join(this.folder, "run");
  }

  get stateDir(): string {
    return join(this.folder, "state");
  }

  /** A further namespace, pinned, with loopback up: a sandbox that is not cnm's, a neighbour. */
  makeNamespace(name: string): Namespace & { readonly path: string } {
    const path = join(this.folder, "netns", name);
    const namespace = createNamespace(this.#libc, path);
    this.#made.push(namespace);
    return Object.assign(namespace, { path });
  }

  /** An existing namespace; to be closed by who asked. */
  openNamespace(path: string): Namespace {
    return openNamespace(this.#libc, path);
  }

  /**
   * Another host on the same link: `uplink` here has 192.0.2.1/24 and 2001:db8::1/64, the neighbour's end .2 and ::2. The
   * neighbour routes everything here, so it plays those who try to reach sandboxes directly; here the default routes lead
   * to the neighbour.
   */
  makeNeighbour(name = "neighbour"): Namespace & { readonly path: string } {
    const neighbour = this.makeNamespace(name);
    run("ip", ["link", "add", "uplink", "type", "veth", "peer", "name", "uplink", "netns", neighbour.path]);
    for (const [namespace, own, other] of [
      [this.namespace, 1, 2],
      [neighbour, 2, 1],
    ] as const) {
      run("ip", ["address", "add", `192.0.2.${own}/24`, "dev", "uplink"], namespace);
      run("ip", ["address", "add", `2001:db8::${own}/64`, "dev", "uplink", "nodad"], namespace);
      run("ip", ["link", "set", "uplink", "up"], namespace);
      run("ip", ["route", "add", "default", "via", `192.0.2.${other}`], namespace);
      run("ip", ["-6", "route", "add", "default", "via", `2001:db8::${other}`], namespace);
    }
    return neighbour;
  }

  /** Goes back, and takes down what was made here. */
  close(): void {
    for (const namespace of this.#made) {
      namespace.close();
      if (namespace.path !== undefined) deleteNamespace(this.#libc, namespace.path);
    }
    if (this.#libc.setns(this.#before.fd, CLONE_NEWNET) < 0) process.abort();
    this.#before.close();
    this.namespace.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs a program to its end, in a namespace if one is given, and returns what it wrote. */
export function run(program: string, args: readonly string[], namespace?: Namespace, input?: string): string {
  const start = (): string =>
    execFileSync(program, args, {
      encoding: "utf8",
      maxBuffer: 64 << 20,
      stdio: ["pipe", "pipe", "pipe"],
      ...(input === undefined ? {} : { input }),
    });
  return namespace === undefined ? start() : namespace.enter(start);
}

/** What `ip -j …` says: the witness for links, addresses, routes. */
export function ipJson(args: readonly string[], namespace?: Namespace): readonly Record<string, unknown>[] {
  const text = run("ip", ["-d", "-j", ...args], namespace);
  return text.trim() === ""
    ? []
    : (JSON.parse(text) as Record<string, unknown>[]).filter((row) => Object.keys(row).length > 0);
}

/** What `nft -j …` says: the witness for nf_tables. */
export function nftJson(args: readonly string[], namespace?: Namespace): readonly Record<string, unknown>[] {
  const { nftables } = JSON.parse(run("nft", ["-j", ...args], namespace)) as { nftables: Record<string, unknown>[] };
  return nftables.filter((row) => row["metainfo"] === undefined);
}

/** This process's open descriptors, as `number → target`, without the one that reads the list. */
export function descriptors(): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const name of readdirSync("/proc/self/fd")) {
    try {
      found.set(Number(name), readlinkSync(`/proc/self/fd/${name}`));
    } catch {
      // The listing's own descriptor is closed by now.
    }
  }
  return found;
}
