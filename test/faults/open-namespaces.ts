import type { Namespace } from "@cnm/linux";
import type { TestHost } from "../support/host.ts";

/** Namespaces that are looked into, open until the end of a check. */
export class OpenNamespaces implements Disposable {
  readonly #host: TestHost;
  readonly #open = new Map<string, Namespace>();

  constructor(host: TestHost) {
    this.#host = host;
  }

  open(path: string): Namespace {
    const namespace = this.#open.get(path) ?? this.#host.openNamespace(path);
    this.#open.set(path, namespace);
    return namespace;
  }

  [Symbol.dispose](): void {
    for (const namespace of this.#open.values()) namespace.close();
    this.#open.clear();
  }
}
