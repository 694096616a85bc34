import { CnmError, type HeldPort, type PortHolder } from "@cnm/core";
import type { PortLender } from "../resources/handler.ts";
import type { MappedPort } from "../resources/resource.ts";
import { type HeldSocket, type OpenHeldSocket, openHeldSocket } from "./held-socket.ts";

/** Where Docker's daemon looks on Windows for ports that nobody chose. */
const EPHEMERAL = { first: 60_000, last: 65_000 };

/** A port that HNS leads to an endpoint. */
export interface Mapping {
  readonly port: MappedPort;
  /** The endpoint's owner, and its name. */
  readonly owner: string;
  readonly name: string;
}

export interface PortHolderParts {
  /** What HNS leads anywhere now, whoever asked for it. */
  readonly mappings: () => Promise<readonly Mapping[]>;
  /** Ports that Windows keeps for itself. */
  readonly excluded?: () => Promise<ReadonlySet<number>>;
  /** The program that has a port, in words; undefined: not known. */
  readonly programOf?: (port: HeldPort) => Promise<string | undefined>;
  readonly openSocket?: OpenHeldSocket;
}

/** Holds ports by sockets, or knows that HNS has them. */
export interface WindowsPortHolder extends PortHolder, PortLender {
  held(): readonly HeldPort[];
  close(): Promise<void>;
}

export function createPortHolder(parts: PortHolderParts): WindowsPortHolder {
  return new Holder(parts);
}

interface Hold {
  readonly port: HeldPort;
  /** Absent while HNS has the port. */
  socket: HeldSocket | undefined;
  count: number;
}

class Holder implements WindowsPortHolder {
  readonly #parts: PortHolderParts;
  readonly #openSocket: OpenHeldSocket;
  readonly #holds = new Map<string, Hold>();
  #excluded: Promise<ReadonlySet<number>> | undefined;

  constructor(parts: PortHolderParts) {
    this.#parts = parts;
    this.#openSocket = parts.openSocket ?? openHeldSocket;
  }

  async ephemeral() {
    return { ...EPHEMERAL, excluded: await this.#excludedPorts() };
  }

  async hold(port: HeldPort): Promise<void> {
    const known = this.#holds.get(keyOf(port));
    if (known !== undefined) {
      known.count++;
      return;
    }
    const mapping = (await this.#parts.mappings()).find(({ port: other }) => isSame(port, other));
    if (mapping !== undefined && !mapping.owner.startsWith("cnm:")) {
      const who = `HNS endpoint ${JSON.stringify(mapping.name)} of ${mapping.owner || "nobody known"}`;
      throw new CnmError("conflict", "port-in-use", `port ${words(port)} is taken by ${who}`);
    }
    // A port that HNS took itself for an endpoint of ours cannot be bound, and need not be.
    const lent = mapping !== undefined && !mapping.port.reserved;
    const socket = lent ? undefined : await this.#open(port);
    this.#holds.set(keyOf(port), { port, socket, count: 1 });
  }

  async release(port: HeldPort): Promise<void> {
    const hold = this.#holds.get(keyOf(port));
    if (hold === undefined || --hold.count > 0) return;
    this.#holds.delete(keyOf(port));
    await hold.socket?.close();
  }

  async lend(ports: readonly MappedPort[]): Promise<void> {
    for (const hold of this.#of(ports)) {
      const { socket } = hold;
      hold.socket = undefined;
      await socket?.close();
    }
  }

  async takeBack(ports: readonly MappedPort[]): Promise<void> {
    for (const hold of this.#of(ports)) {
      // HNS may have it a moment longer: as long as nobody else can have it, that will do.
      hold.socket ??= await this.#openSocket(hold.port).catch(() => undefined);
    }
  }

  held(): readonly HeldPort[] {
    return [...this.#holds.values()].map(({ port }) => port);
  }

  async close(): Promise<void> {
    const holds = [...this.#holds.values()];
    this.#holds.clear();
    await Promise.all(holds.map(({ socket }) => socket?.close()));
  }

  /** Those that HNS takes itself; what is reserved for it stays bound. */
  #of(ports: readonly MappedPort[]): readonly Hold[] {
    const lent = ports.filter(({ reserved }) => !reserved);
    return [...this.#holds.values()].filter(({ port }) => lent.some((one) => isSame(port, one)));
  }

  async #open(port: HeldPort): Promise<HeldSocket> {
    try {
      return await this.#openSocket(port);
    } catch (error) {
      throw await this.#refusal(port, error);
    }
  }

  async #refusal(port: HeldPort, error: unknown): Promise<unknown> {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "EADDRINUSE" && code !== "EACCES") return error;
    const excluded = (await this.#excludedPorts()).has(port.port);
    const program = excluded ? undefined : await this.#parts.programOf?.(port);
    const why = excluded
      ? "is one that Windows keeps for itself: `netsh int ipv4 show excludedportrange tcp` lists them"
      : `is taken by ${program ?? "another program"}`;
    return new CnmError("conflict", "port-in-use", `port ${words(port)} ${why}`, { cause: error });
  }

  #excludedPorts(): Promise<ReadonlySet<number>> {
    this.#excluded ??= (this.#parts.excluded?.() ?? Promise.resolve(new Set<number>())).catch(() => {
      this.#excluded = undefined;
      return new Set<number>();
    });
    return this.#excluded;
  }
}

const isSame = (held: HeldPort, mapped: MappedPort): boolean =>
  held.protocol === mapped.protocol &&
  held.port === mapped.port &&
  held.address.includes(":") === (mapped.family === 6);

const keyOf = ({ protocol, address, port }: HeldPort): string => `${protocol} ${address} ${port}`;

const words = ({ protocol, address, port }: HeldPort): string =>
  `${address.includes(":") ? `[${address}]` : address}:${port}/${protocol}`;
