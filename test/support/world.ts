import { type Controller, createController, type Logger, memoryStore, type SandboxHandle } from "@cnm/core";
import { type LinuxPlatformOptions, linuxPlatform, type Namespace } from "@cnm/linux";
import { Conversation } from "./conversation.ts";
import type { TestHost } from "./host.ts";

/** A controller on a test's host, its sandboxes as namespaces, and programs that talk in them. */
export class World {
  readonly cnm: Controller;
  /** What the controller logged that did not go as it should. */
  readonly complaints: readonly string[];
  readonly talk = new Conversation();
  readonly #opened: Namespace[] = [];
  readonly #host: TestHost;

  private constructor(host: TestHost, cnm: Controller, complaints: readonly string[] = []) {
    this.#host = host;
    this.cnm = cnm;
    this.complaints = complaints;
  }

  static async open(host: TestHost, options: LinuxPlatformOptions = {}): Promise<World> {
    const platform = await linuxPlatform({ runDir: host.runDir, ...options });
    const complaints: string[] = [];
    const complain = (_: object, message: string): void => void complaints.push(message);
    const logger: Logger = { debug: () => undefined, info: () => undefined, warn: complain, error: complain };
    return new World(host, await createController({ platform, store: memoryStore(), logger }), complaints);
  }

  /** Around a controller that was made otherwise. */
  static of(host: TestHost, cnm: Controller): World {
    return new World(host, cnm);
  }

  /** The namespace of a sandbox, open until the world ends. */
  async inside(sandbox: SandboxHandle): Promise<Namespace> {
    const namespace = this.#host.openNamespace((await sandbox.info()).namespace.path);
    this.#opened.push(namespace);
    return namespace;
  }

  /** Takes everything down through the front door. */
  async close(): Promise<void> {
    await this.talk.close();
    for (const namespace of this.#opened.splice(0)) namespace.close();
    for (const sandbox of await this.cnm.sandboxes()) await sandbox.remove({ drain: false });
    for (const service of await this.cnm.services()) await service.remove();
    for (const network of await this.cnm.networks()) await network.remove();
    await this.cnm.close();
  }
}
