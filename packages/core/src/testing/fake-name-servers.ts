import type {
  AnswerQuery,
  NameServer,
  NameServerPeer,
  NameServerSpec,
  NameServerUpstream,
  Vantage,
  Via,
} from "../contracts/name-server.ts";
import { CnmError } from "../errors/cnm-error.ts";

/** Name servers in memory: those in sandboxes can be asked, and those outside are functions. */
export class FakeNameServers {
  /** Who answers outside, by "192.0.2.53:53". Others cannot be reached. */
  readonly outside = new Map<string, AnswerQuery>();
  /** Every query that went outside. */
  readonly sent: { readonly from: Vantage; readonly server: NameServerPeer; readonly via: Via }[] = [];
  readonly #servers = new Map<string, NameServerSpec>();

  readonly upstream: NameServerUpstream = {
    exchangeUdp: (from, server, query, signal) => this.#exchange("udp", from, server, query, signal),
    exchangeTcp: (from, server, query, signal) => this.#exchange("tcp", from, server, query, signal),
  };

  /** What is open, "/ns/a 127.0.0.11:53". */
  get names(): readonly string[] {
    return [...this.#servers.keys()];
  }

  open(spec: NameServerSpec): NameServer {
    const name = `${spec.namespacePath} ${spec.address}:${spec.port ?? 53}`;
    if (this.#servers.has(name)) throw new CnmError("conflict", "port-in-use", `there is a name server at ${name}`);
    this.#servers.set(name, spec);
    return {
      close: async () => {
        if (this.#servers.get(name) === spec) this.#servers.delete(name);
      },
    };
  }

  /** What a program in the sandbox would get. */
  async ask(name: string, query: Uint8Array, via: Via = "udp"): Promise<Uint8Array | undefined> {
    const spec = this.#servers.get(name);
    if (spec === undefined) throw new Error(`there is no name server at ${name}, only at: ${this.names.join(", ")}`);
    return await spec.answer(query, via, ASKER);
  }

  closeAll(): void {
    this.#servers.clear();
  }

  async #exchange(
    via: Via,
    from: Vantage,
    server: NameServerPeer,
    query: Uint8Array,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    signal.throwIfAborted();
    this.sent.push({ from, server, via });
    const name = `${server.address}:${server.port}`;
    const answer = this.outside.get(name);
    if (answer === undefined) {
      throw new CnmError("unavailable", "name-server-unreachable", `nobody answers at ${name}`);
    }
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    // One that does not answer is waited for.
    return (await Promise.race([answer(query, via, ASKER), aborted])) ?? (await aborted);
  }
}

const ASKER: NameServerPeer = { address: "127.0.0.1", port: 40_000 };
