import { readFileSync } from "node:fs";
import { CnmError, EndOfTurn, type HeldPort, type PortHolder } from "@cnm/core";
import type { Libc } from "../ffi/libc.ts";
import { errnoName } from "../netlink/errno.ts";
import type { Namespace } from "../netns/namespace.ts";
import { type DropFilter, openDropFilter } from "../sockets/drop-filter.ts";
import { bindHeldSocket, heldSocketKind } from "./held-socket.ts";
import { describePortOwner } from "./port-owner.ts";
import { SpareSockets } from "./spare-sockets.ts";

const EADDRINUSE = 98;
const EADDRNOTAVAIL = 99;
const EACCES = 13;
const EMFILE = 24;
const EPROTONOSUPPORT = 93;
const ESOCKTNOSUPPORT = 94;

/** libnetwork's, where the kernel does not say. */
const EPHEMERAL = { first: 49_153, last: 65_535 };

/** Holds ports of the host by bound sockets. */
export interface LinuxPortHolder extends PortHolder {
  /** The socket that holds the port; undefined when it is not held, or by no socket (SCTP that the kernel has not got). */
  descriptor(port: HeldPort): number | undefined;
  held(): readonly HeldPort[];
  close(): void;
}

/** The descriptor of a socket that holds the port, though not for this process: its own from then on. */
export type FindHeldSocket = (port: HeldPort) => Promise<number | undefined>;

/** @param elsewhere Asked for ports that are taken. Default: there are no such sockets. */
export function createPortHolder(
  libc: Libc,
  host: Namespace,
  end = new EndOfTurn(),
  elsewhere: FindHeldSocket = async () => undefined,
): LinuxPortHolder {
  return new Holder(libc, host, end, elsewhere);
}

interface Hold {
  readonly port: HeldPort;
  readonly fd: number | undefined;
  count: number;
}

class Holder implements LinuxPortHolder {
  readonly #libc: Libc;
  readonly #host: Namespace;
  readonly #elsewhere: FindHeldSocket;
  readonly #filter: DropFilter;
  readonly #sockets: SpareSockets;
  readonly #holds = new Map<string, Hold>();

  constructor(libc: Libc, host: Namespace, end: EndOfTurn, elsewhere: FindHeldSocket) {
    this.#libc = libc;
    this.#host = host;
    this.#elsewhere = elsewhere;
    this.#filter = openDropFilter(libc);
    this.#sockets = new SpareSockets(libc, host, this.#filter, end);
  }

  async ephemeral(): Promise<{
    readonly first: number;
    readonly last: number;
    readonly excluded: ReadonlySet<number>;
  }> {
    const [range, reserved] = this.#host.enter(() => [
      readSetting("ip_local_port_range"),
      readSetting("ip_local_reserved_ports"),
    ]);
    const [first = EPHEMERAL.first, last = EPHEMERAL.last] = (range.match(/\d+/g) ?? []).map(Number);
    return { first, last, excluded: portSet(reserved) };
  }

  async hold(port: HeldPort): Promise<void> {
    if (this.#holdAgain(port)) return;
    const { fd, owner } = this.#open(port);
    if (fd >= 0) this.#holds.set(keyOf(port), { port, fd, count: 1 });
    else if (fd === -EADDRINUSE) await this.#takeOver(port, owner);
    else if (isMissing(port, fd)) this.#holds.set(keyOf(port), { port, fd: undefined, count: 1 });
    else throw refusal(port, -fd, owner);
  }

  async release(port: HeldPort): Promise<void> {
    const key = keyOf(port);
    const hold = this.#holds.get(key);
    if (hold === undefined || --hold.count > 0) return;
    this.#holds.delete(key);
    if (hold.fd !== undefined) this.#libc.close(hold.fd);
  }

  descriptor(port: HeldPort): number | undefined {
    return this.#holds.get(keyOf(port))?.fd;
  }

  held(): readonly HeldPort[] {
    return [...this.#holds.values()].map(({ port }) => port);
  }

  close(): void {
    for (const { fd } of this.#holds.values()) if (fd !== undefined) this.#libc.close(fd);
    this.#holds.clear();
    this.#sockets.close();
    this.#filter.close();
  }

  #holdAgain(port: HeldPort): boolean {
    const hold = this.#holds.get(keyOf(port));
    if (hold !== undefined) hold.count++;
    return hold !== undefined;
  }

  async #takeOver(port: HeldPort, owner: string): Promise<void> {
    const fd = await this.#elsewhere(port);
    if (this.#holdAgain(port)) {
      if (fd !== undefined) this.#libc.close(fd);
    } else if (fd === undefined) throw refusal(port, EADDRINUSE, owner);
    else this.#holds.set(keyOf(port), { port, fd, count: 1 });
  }

  /** The descriptor or -errno; and who has the port, if somebody has. */
  #open(port: HeldPort): { readonly fd: number; readonly owner: string } {
    const socket = this.#sockets.take(heldSocketKind(port));
    const fd = socket < 0 ? socket : bindHeldSocket(this.#libc, socket, port);
    return { fd, owner: fd === -EADDRINUSE ? this.#host.enter(() => describePortOwner(port)) : "" };
  }
}

/** Nobody can have the port, since the kernel has no such protocol. */
const isMissing = ({ protocol }: HeldPort, result: number): boolean =>
  protocol === "sctp" && (result === -EPROTONOSUPPORT || result === -ESOCKTNOSUPPORT);

function refusal(port: HeldPort, errno: number, owner: string): CnmError {
  const where = words(port);
  switch (errno) {
    case EADDRINUSE:
      return new CnmError("conflict", "port-in-use", `port ${where} is taken by ${owner}`);
    case EADDRNOTAVAIL:
      return new CnmError(
        "invalid",
        "address-not-here",
        `cannot publish ${where}: ${port.address} is no address of this host`,
      );
    case EACCES:
      return new CnmError(
        "forbidden",
        "port-forbidden",
        `cannot publish ${where}: this process may not bind that port`,
      );
    case EMFILE:
      return new CnmError(
        "unavailable",
        "too-many-descriptors",
        `cannot hold port ${where}: this process has as many open files as it may; raise its limit (ulimit -n, LimitNOFILE=)`,
      );
    default:
      return new CnmError("internal", "port-hold", `cannot hold port ${where}: ${errnoName(errno)}`);
  }
}

const keyOf = ({ protocol, address, port }: HeldPort): string => `${protocol} ${address} ${port}`;

const words = ({ protocol, address, port }: HeldPort): string =>
  `${address.includes(":") ? `[${address}]` : address}:${port}/${protocol}`;

function readSetting(name: string): string {
  try {
    return readFileSync(`/proc/sys/net/ipv4/${name}`, "utf8");
  } catch {
    // Not there: the defaults do.
    return "";
  }
}

/** "8080,9000-9010" */
function portSet(text: string): ReadonlySet<number> {
  const ports = new Set<number>();
  for (const part of text.trim().split(",")) {
    if (part === "") continue;
    const [first = 0, last = first] = part.split("-").map(Number);
    for (let port = first; port <= last; port++) ports.add(port);
  }
  return ports;
}
