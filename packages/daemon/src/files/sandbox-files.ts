import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Endpoint, renderHosts, type Sandbox } from "@cnm/core";
import { resolvText } from "./resolv-text.ts";

/** Where the files of sandboxes are: `<state>/sandboxes/<id>/etc` and its program's output beside it. */
export class SandboxFiles {
  readonly #folder: string;

  constructor(stateDir: string) {
    this.#folder = join(stateDir, "sandboxes");
  }

  etcDir(id: string): string {
    return join(this.#folder, id, "etc");
  }

  logPath(id: string): string {
    return join(this.#folder, id, "log");
  }

  /** What a program finds in its /etc. Written in place: files that are mounted into a running program stay the same ones. */
  async write(sandbox: Sandbox, endpoints: readonly Endpoint[], hostGateways: readonly string[]): Promise<void> {
    const folder = this.etcDir(sandbox.id);
    await mkdir(folder, { recursive: true, mode: 0o755 });
    const hostname = sandbox.hostname ?? sandbox.id.slice(0, 12);
    const host = await readFile("/etc/resolv.conf", "utf8").catch(() => "");
    await Promise.all([
      writeFile(join(folder, "hostname"), `${hostname}\n`),
      writeFile(
        join(folder, "hosts"),
        renderHosts({ ...sandbox, hostname, ipv6: true, addresses: addressesOf(endpoints), hostGateways }),
      ),
      writeFile(join(folder, "resolv.conf"), resolvText(host, sandbox.dns)),
    ]);
  }

  async remove(id: string): Promise<void> {
    await rm(join(this.#folder, id), { recursive: true, force: true });
  }
}

const addressesOf = (endpoints: readonly Endpoint[]): readonly string[] =>
  endpoints.flatMap(({ addresses }) => addresses.map(({ address }) => address.replace(/\/.*$/, "")));
