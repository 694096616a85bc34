import { CnmError } from "@cnm/core";
import type { Libc } from "../ffi/libc.ts";
import { errnoName } from "../netlink/errno.ts";
import type { Namespace } from "../netns/namespace.ts";
import { AF_PACKET, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_RAW } from "../sockets/constants.ts";
import { gratuitousArp, neighbourAdvertisement } from "./packets.ts";

export interface Announcement {
  readonly linkIndex: number;
  readonly mac: string;
  /** "10.7.0.2" or "fd07::2" */
  readonly address: string;
  readonly count: number;
  readonly intervalMs: number;
}

/**
 * Tells neighbours where an address is now: at once, and again as often as asked. The timers keep no process alive. Throws
 * when the first one cannot be sent; later ones that cannot (the link has gone) are the end of it.
 */
export function announce(libc: Libc, namespace: Namespace, announcement: Announcement): Disposable {
  const { mac, address, count, intervalMs, linkIndex } = announcement;
  const frame = address.includes(":") ? neighbourAdvertisement(mac, address) : gratuitousArp(mac, address);
  // Protocol 0: the socket only sends.
  const fd = namespace.enter(() => libc.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd < 0) throw new CnmError("internal", "announce", `cannot announce ${address}: ${errnoName(-fd)}`);
  const to = linkAddress(linkIndex);
  const send = (): number => libc.sendto(fd, frame, frame.length, 0, to, to.length);
  let left = count - 1;
  let timer: NodeJS.Timeout | undefined;
  let open = true;
  const close = (): void => {
    clearInterval(timer);
    if (open) libc.close(fd);
    open = false;
  };
  const first = send();
  if (first < 0) {
    close();
    throw new CnmError("internal", "announce", `cannot announce ${address}: ${errnoName(-first)}`);
  }
  if (left <= 0) close();
  else {
    timer = setInterval(() => {
      if (send() < 0 || --left <= 0) close();
    }, intervalMs).unref();
  }
  return { [Symbol.dispose]: close };
}

/** struct sockaddr_ll: all that sending a whole frame needs is the interface. */
function linkAddress(index: number): Uint8Array {
  const bytes = new Uint8Array(20);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_PACKET, true);
  view.setInt32(4, index, true);
  return bytes;
}
