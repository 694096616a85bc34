import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import {
  type Endpoint,
  isEdited,
  ObjectTurns,
  type ResolvConf,
  renderBridgeResolvConf,
  renderHosts,
  renderResolvConf,
  resolvConfHash,
  type Sandbox,
  withExtraHosts,
} from "@cnm/core";
import { writeInPlace } from "./write-in-place.ts";

/** What the files of a sandbox are made of, besides its record. */
export interface SandboxSurroundings {
  readonly sandbox: Sandbox;
  readonly endpoints: readonly Endpoint[];
  /** What "host-gateway" stands for. */
  readonly hostGateways: readonly string[];
  /** Where the sandbox's own resolver listens; none where it has none. */
  readonly resolvers: readonly string[];
  /** The host's. */
  readonly resolvConf: ResolvConf;
}

/** Where the files of sandboxes are: `<state>/sandboxes/<id>/etc` and its program's output beside it. */
export class SandboxFiles {
  readonly #folder: string;
  readonly #turns = new ObjectTurns();

  constructor(stateDir: string) {
    this.#folder = join(stateDir, "sandboxes");
  }

  etcDir(id: string): string {
    return join(this.#folder, id, "etc");
  }

  logPath(id: string): string {
    return join(this.#folder, id, "log");
  }

  /**
   * What a program finds in its /etc. Files that are mounted into a running program stay the same ones, and are never empty.
   * `read` is asked when it is this one's turn, so that the last that is written is the newest. What it throws is thrown.
   */
  write(id: string, read: () => Promise<SandboxSurroundings>): Promise<void> {
    return this.#turns.run(id, async () => this.#write(await read()));
  }

  async remove(id: string): Promise<void> {
    await this.#turns.run(id, () => rm(join(this.#folder, id), { recursive: true, force: true }));
  }

  async #write(around: SandboxSurroundings): Promise<void> {
    const { sandbox } = around;
    const folder = this.etcDir(sandbox.id);
    await mkdir(folder, { recursive: true, mode: 0o755 });
    if (sandbox.namespace.host === true) return this.#writeHosts(around);
    const name = sandbox.hostname ?? sandbox.id.slice(0, 12);
    const addresses = addressesOf(around.endpoints);
    const ipv6 = addresses.some((address) => address.includes(":"));
    const { resolvers, resolvConf: host, hostGateways } = around;
    await Promise.all([
      writeInPlace(join(folder, "hostname"), `${name}\n`),
      writeInPlace(
        join(folder, "hosts"),
        renderHosts({ ...sandbox, hostname: name, ipv6: true, addresses, hostGateways }),
      ),
      this.#writeResolvConf(
        sandbox.id,
        resolvers.length > 0
          ? renderResolvConf({ resolvers, host, dns: sandbox.dns })
          : renderBridgeResolvConf({ host, dns: sandbox.dns, ipv6 }),
      ),
    ]);
  }

  /** In the host's own stack, the host's own files say what is so; the user may add to them. */
  async #writeHosts({ sandbox, resolvConf: host, hostGateways }: SandboxSurroundings): Promise<void> {
    const { dns, extraHosts = [], id } = sandbox;
    const folder = this.etcDir(id);
    const isOverridden = Object.values(dns ?? {}).some(({ length }) => length > 0);
    const [hosts = "", resolvConf = ""] = await Promise.all(["/etc/hosts", "/etc/resolv.conf"].map(readIfThere));
    await Promise.all([
      writeInPlace(join(folder, "hostname"), `${sandbox.hostname ?? hostname()}\n`),
      writeInPlace(join(folder, "hosts"), withExtraHosts(hosts, extraHosts, hostGateways)),
      this.#writeResolvConf(id, isOverridden ? renderBridgeResolvConf({ host, dns, ipv6: true }) : resolvConf),
    ]);
  }

  /** Of which sandboxes there are any. */
  async ids(): Promise<readonly string[]> {
    return (await ifThere(readdir(this.#folder))) ?? [];
  }

  /** One that somebody has edited is his from then on: what we wrote last is known by its hash, which lies beside the folder. */
  async #writeResolvConf(id: string, text: string): Promise<void> {
    const path = join(this.etcDir(id), "resolv.conf");
    const hashPath = join(this.#folder, id, "resolv.conf.hash");
    const [there, hash = ""] = await Promise.all([readIfThere(path), readIfThere(hashPath)]);
    if (there !== undefined && hash !== "" && isEdited(there, hash)) return;
    if (there === text && hash !== "") return;
    // Killed in between, a file without a hash, or with an empty one, is ours, and is written again.
    await rm(hashPath, { force: true });
    await writeInPlace(path, text);
    await writeFile(hashPath, resolvConfHash(text));
  }
}

const addressesOf = (endpoints: readonly Endpoint[]): readonly string[] =>
  endpoints.flatMap(({ addresses }) => addresses.map(({ address }) => address.replace(/\/.*$/, "")));

const readIfThere = (path: string): Promise<string | undefined> => ifThere(readFile(path, "utf8"));

async function ifThere<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return undefined;
  }
}
