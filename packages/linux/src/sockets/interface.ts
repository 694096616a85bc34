import type { Libc } from "../ffi/libc.ts";

/** linux/sockios.h, linux/if.h, linux/if_arp.h */
const SIOCGIFINDEX = 0x8933;
const SIOCGIFHWADDR = 0x8927;
const SIOCGIFFLAGS = 0x8913;
const SIOCSIFFLAGS = 0x8914;
const IFF_UP = 1;
const IFREQ = 40;
const IFNAMSIZ = 16;
const ARPHRD_ETHER = 1;

export interface Interface {
  readonly index: number;
  readonly mac: string;
}

/** An Ethernet interface of the socket's namespace, if there is one. Takes microseconds and no lock of the kernel's. */
export function findInterface(libc: Libc, socket: number, name: string): Interface | undefined {
  const request = requestFor(name);
  if (libc.ioctl(socket, SIOCGIFINDEX, request) < 0) return undefined;
  const index = request.readInt32LE(IFNAMSIZ);
  if (libc.ioctl(socket, SIOCGIFHWADDR, request) < 0) return undefined;
  if (request.readUInt16LE(IFNAMSIZ) !== ARPHRD_ETHER) return undefined;
  return { index, mac: request.toString("hex", IFNAMSIZ + 2, IFNAMSIZ + 8).replace(/..(?=.)/g, "$&:") };
}

/** Sets an interface of the socket's namespace up. Returns what the kernel answers: less than 0 is an error's number. */
export function setInterfaceUp(libc: Libc, socket: number, name: string): number {
  const request = requestFor(name);
  const found = libc.ioctl(socket, SIOCGIFFLAGS, request);
  if (found < 0) return found;
  request.writeUInt16LE(request.readUInt16LE(IFNAMSIZ) | IFF_UP, IFNAMSIZ);
  return libc.ioctl(socket, SIOCSIFFLAGS, request);
}

/** struct ifreq */
function requestFor(name: string): Buffer {
  const request = Buffer.alloc(IFREQ);
  request.write(name, 0, IFNAMSIZ - 1, "utf8");
  return request;
}
