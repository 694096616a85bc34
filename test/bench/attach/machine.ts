import { join } from "node:path";
import { createNamespace, deleteNamespace, type Libc, type Namespace } from "@cnm/linux";
import { quiet } from "./floor-peer.ts";

/** Each peer has a host and a sandbox of its own. */
export class Machine {
  readonly libc: Libc;
  readonly #folder: string;
  readonly #made = new Map<string, PinnedNamespace>();

  constructor(libc: Libc, folder: string) {
    this.libc = libc;
    this.#folder = folder;
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  host = (peer: string): PinnedNamespace => this.#namespace(`${peer}-host`);
  sandbox = (peer: string): PinnedNamespace => this.#namespace(`${peer}-sandbox`);

  quiet = (): Promise<void> => quiet(this.libc, this.host("cnm"));

  close(): void {
    for (const namespace of this.#made.values()) {
      namespace.close();
      deleteNamespace(this.libc, namespace.path);
    }
  }

  #namespace(name: string): PinnedNamespace {
    const path = this.path(`netns/${name}`);
    const namespace = this.#made.get(name) ?? Object.assign(createNamespace(this.libc, path), { path });
    this.#made.set(name, namespace);
    return namespace;
  }
}

type PinnedNamespace = Namespace & { readonly path: string };
