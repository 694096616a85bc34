import type { PortPolicy } from "../contracts/driver.ts";
import type { HeldPort, PortHolder } from "../contracts/platform.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { PortRequest, PublishedPort } from "../model/port.ts";
import { groupPortRequests, type PortGroup } from "./group-port-requests.ts";
import { PortClaims } from "./port-claims.ts";

/** Chooses host ports for published ports, and holds them until they are released. */
export interface PortAllocator {
  /**
   * One entry for each host address that a request comes to, in the order of the requests. All or nothing.
   *
   * Requests for one port are served before ranges, and these before requests for any free port, so that the choice
   * never takes what another request names. All host addresses of one target port get the same host port.
   *
   * @param owner Who publishes them, for the errors of others that want the same: "endpoint web1".
   * @throws CnmError `conflict` "port-in-use" naming who has the port; `unavailable` "no-port" when no ephemeral port
   *   is free; `invalid` where the network publishes nothing.
   */
  allocate(requests: readonly PortRequest[], policy: PortPolicy, owner: string): Promise<readonly PublishedPort[]>;
  /** Holds ports again that were allocated before a restart. All or nothing. @throws CnmError `conflict` "port-in-use" */
  restore(ports: readonly PublishedPort[], owner: string): Promise<void>;
  /** Ports that are not held are passed over. Goes on after failures and throws them as one AggregateError. */
  release(ports: readonly PublishedPort[]): Promise<void>;
}

export function createPortAllocator(holder: PortHolder): PortAllocator {
  return new Allocator(holder);
}

class Allocator implements PortAllocator {
  readonly #holder: PortHolder;
  readonly #claims = new PortClaims();
  #lastEphemeral = 0;

  constructor(holder: PortHolder) {
    this.#holder = holder;
  }

  async allocate(
    requests: readonly PortRequest[],
    policy: PortPolicy,
    owner: string,
  ): Promise<readonly PublishedPort[]> {
    const groups = groupPortRequests(requests, policy);
    const chosen = new Map<PortGroup, number>();
    try {
      for (const group of [...groups].sort((a, b) => precedence(a) - precedence(b))) {
        if (group.bound.length > 0) chosen.set(group, await this.#choose(group, owner));
      }
    } catch (error) {
      const held = [...chosen].flatMap(([group, port]) => heldPorts(group, port));
      throw await this.#undo(held, error);
    }
    return groups.flatMap((group) => published(group, chosen.get(group)));
  }

  async restore(ports: readonly PublishedPort[], owner: string): Promise<void> {
    const held: HeldPort[] = [];
    for (const port of ports.filter(bindsHostPort).map(toHeld)) {
      const failure = await this.#tryHold([port], owner).catch(async (error: unknown) => {
        throw await this.#undo(held, error);
      });
      if (failure !== undefined) throw await this.#undo(held, portInUse(socketName(port.address, port.port), failure));
      held.push(port);
    }
  }

  async release(ports: readonly PublishedPort[]): Promise<void> {
    const errors = await this.#letGo(ports.filter(bindsHostPort).map(toHeld));
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} published ports could not be released`);
  }

  #choose(group: PortGroup, owner: string): Promise<number> {
    const { hostPorts } = group;
    return hostPorts === undefined ? this.#chooseEphemeral(group, owner) : this.#chooseFrom(group, hostPorts, owner);
  }

  async #chooseFrom(group: PortGroup, range: NonNullable<PortGroup["hostPorts"]>, owner: string): Promise<number> {
    let reason: PortTaken | undefined;
    for (let port = range.first; port <= range.last; port++) {
      const failure = await this.#tryHold(heldPorts(group, port), owner);
      if (failure === undefined) return port;
      reason ??= failure;
    }
    const ports = range.first === range.last ? `${range.first}` : `${range.first}-${range.last}`;
    throw portInUse(group.bound.map((address) => socketName(address, ports)).join(", "), reason);
  }

  async #chooseEphemeral(group: PortGroup, owner: string): Promise<number> {
    const { first, last, excluded } = await this.#holder.ephemeral();
    const count = last - first + 1;
    const start = this.#lastEphemeral >= first && this.#lastEphemeral < last ? this.#lastEphemeral + 1 : first;
    for (let step = 0; step < count; step++) {
      const port = first + ((start - first + step) % count);
      if (excluded.has(port)) continue;
      // Before waiting, so that whoever asks meanwhile looks further on.
      this.#lastEphemeral = port;
      if ((await this.#tryHold(heldPorts(group, port), owner)) === undefined) return port;
    }
    const where = group.bound.join(" and ");
    const message = `no ${group.protocol} port from ${first} to ${last} is free on ${where}: all ports are allocated`;
    throw new CnmError("unavailable", "no-port", message);
  }

  /** Holds all or none of these; tells who has one of them, and throws whatever else goes wrong. */
  async #tryHold(ports: readonly HeldPort[], owner: string): Promise<PortTaken | undefined> {
    const claimed: HeldPort[] = [];
    for (const port of ports) {
      const other = this.#claims.claim(port, owner);
      if (other === undefined) {
        claimed.push(port);
        continue;
      }
      for (const mine of claimed) this.#claims.drop(mine);
      return { why: `${socketName(other.address, port.port)} is published by ${other.owner}` };
    }

    const held: HeldPort[] = [];
    try {
      for (const port of ports) {
        await this.#holder.hold(port);
        held.push(port);
      }
      return undefined;
    } catch (error) {
      for (const port of ports.slice(held.length)) this.#claims.drop(port);
      const errors = await this.#letGo(held);
      if (errors.length > 0) throw joined(error, errors);
      if (error instanceof CnmError && error.code === "port-in-use") return { why: error.message, cause: error };
      throw error;
    }
  }

  async #undo(held: readonly HeldPort[], error: unknown): Promise<unknown> {
    const errors = await this.#letGo(held);
    return errors.length === 0 ? error : joined(error, errors);
  }

  async #letGo(ports: readonly HeldPort[]): Promise<readonly unknown[]> {
    const errors: unknown[] = [];
    for (const port of ports.filter((candidate) => this.#claims.has(candidate))) {
      try {
        await this.#holder.release(port);
      } catch (error) {
        errors.push(error);
      } finally {
        this.#claims.drop(port);
      }
    }
    return errors;
  }
}

interface PortTaken {
  readonly why: string;
  readonly cause?: unknown;
}

/** Docker's words, which people search for, and then the culprit. */
function portInUse(where: string, taken: PortTaken | undefined): CnmError {
  const message = `Bind for ${where} failed: port is already allocated`;
  return new CnmError("conflict", "port-in-use", taken === undefined ? message : `${message}: ${taken.why}`, {
    cause: taken?.cause,
  });
}

function joined(error: unknown, undoing: readonly unknown[]): CnmError {
  const message = error instanceof Error ? error.message : String(error);
  return new CnmError("internal", "port-release-failed", `${message}; and ports held meanwhile could not be released`, {
    cause: new AggregateError([error, ...undoing]),
  });
}

function precedence({ hostPorts }: PortGroup): number {
  if (hostPorts === undefined) return 2;
  return hostPorts.first === hostPorts.last ? 0 : 1;
}

const heldPorts = ({ protocol, bound }: PortGroup, port: number): readonly HeldPort[] =>
  bound.map((address) => ({ protocol, address, port }));

function published(group: PortGroup, hostPort: number | undefined): readonly PublishedPort[] {
  const { protocol, targetPort } = group;
  const found: PublishedPort[] = [];
  if (hostPort !== undefined) {
    for (const hostAddress of group.bound) found.push({ protocol, hostAddress, hostPort, targetPort });
  }
  for (const hostAddress of group.open) found.push({ protocol, hostAddress, hostPort: 0, targetPort });
  return found;
}

const bindsHostPort = ({ hostPort }: PublishedPort): boolean => hostPort !== 0;

const toHeld = ({ protocol, hostAddress, hostPort }: PublishedPort): HeldPort => ({
  protocol,
  address: hostAddress,
  port: hostPort,
});

const socketName = (address: string, port: number | string): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
