import { CnmError } from "@cnm/core";
import type { Ffi } from "../ffi/ffi.ts";
import type { Libc } from "../ffi/libc.ts";
import { onlyNetlinkTypes } from "../sockets/netlink-filter.ts";
import { attachFilter } from "../sockets/socket-filter.ts";
import {
  AF_NETLINK,
  MSG_DONTWAIT,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_LISTEN_ALL_NSID,
  SO_RCVBUFFORCE,
  SOCK_CLOEXEC,
  SOCK_RAW,
  SOL_NETLINK,
  SOL_SOCKET,
} from "./constants.ts";
import { errnoName } from "./errno.ts";
import { type NetlinkMessage, readMessages } from "./message.ts";
import { taggedReceiver } from "./tagged-receiver.ts";

const ENOBUFS = 105;
const EAGAIN = 11;
const RECEIVE = 1 << 16;
const BUFFER = 8 << 20;

export interface MonitorListener {
  /**
   * Notifications in the order in which the kernel sent them. The payloads are good until the call returns. `namespaceId` is
   * the number of the namespace that it is about; undefined: the one in which the monitor was opened.
   */
  onMessage(message: NetlinkMessage, namespaceId?: number): void;
  /** Some were lost: whoever keeps a picture of the kernel has to look again. */
  onOverrun(): void;
}

export interface MonitorOptions {
  /** Hear also the namespaces to which this one has given a number (see `namespaceId`). */
  readonly everyNamespace?: boolean;
  /** Hear nothing but messages of these types: the kernel keeps the others back, and so they cost nothing here. */
  readonly only?: readonly number[];
}

export interface Monitor extends Disposable {
  /** Tells the listener now what the kernel has said until now. */
  drain(): void;
}

/**
 * Hears what the kernel tells the groups of one protocol, on the event loop, in the namespace in which it was opened.
 * Does not keep the process alive. Dispose to close.
 */
export function openMonitor(
  ffi: Ffi,
  libc: Libc,
  protocol: number,
  groups: readonly number[],
  listener: MonitorListener,
  { everyNamespace = false, only }: MonitorOptions = {},
): Monitor {
  const fd = openSocket(libc, protocol, groups, everyNamespace, only);
  const buffer = new Uint8Array(RECEIVE);
  const receive = everyNamespace
    ? taggedReceiver(libc, fd, buffer)
    : () => ({ length: libc.recv(fd, buffer, buffer.length, MSG_DONTWAIT), namespaceId: undefined });
  // A listener may dispose of the monitor while it is being told.
  let open = true;
  const drain = (): void => {
    while (open) {
      const { length, namespaceId } = receive();
      if (length === -ENOBUFS) listener.onOverrun();
      else if (length <= 0) {
        if (length === -EAGAIN || length === 0) return;
        throw new CnmError("internal", "netlink-monitor", `netlink monitor: ${errnoName(-length)}`);
      } else for (const message of readMessages(buffer.subarray(0, length))) listener.onMessage(message, namespaceId);
    }
  };
  const watch = ffi.watchReadable(fd, false, drain);
  return {
    drain,
    [Symbol.dispose]() {
      if (!open) return;
      open = false;
      watch[Symbol.dispose]();
      libc.close(fd);
    },
  };
}

function openSocket(
  libc: Libc,
  protocol: number,
  groups: readonly number[],
  everyNamespace: boolean,
  only: readonly number[] | undefined,
): number {
  const fd = libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
  if (fd < 0) throw failed("socket", fd);
  const address = new Uint8Array(12);
  address[0] = AF_NETLINK;
  const results = [
    libc.bind(fd, address, address.length),
    libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, number32(BUFFER), 4),
    ...(only === undefined ? [] : [attachFilter(libc, fd, onlyNetlinkTypes(only))]),
    ...groups.map((group) => libc.setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, number32(group), 4)),
    ...(everyNamespace ? [libc.setsockopt(fd, SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, number32(1), 4)] : []),
  ];
  const error = results.find((result) => result < 0);
  if (error === undefined) return fd;
  libc.close(fd);
  throw failed("membership", error);
}

const failed = (what: string, result: number): CnmError =>
  new CnmError("internal", "netlink-monitor", `netlink monitor: ${what}: ${errnoName(-result)}`);

function number32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
