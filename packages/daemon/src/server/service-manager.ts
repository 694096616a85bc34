import type { Host } from "../host/host.ts";

/** systemd, where it has started us and wants to know. */
export class ServiceManager {
  readonly #host: Host;
  readonly #path: string | undefined;

  constructor(host: Host, env: NodeJS.ProcessEnv) {
    this.#host = host;
    this.#path = env["NOTIFY_SOCKET"];
  }

  tell(state: string): void {
    if (this.#path !== undefined && this.#path !== "") this.#host.notify(this.#path, state);
  }
}
