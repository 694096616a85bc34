import type { Libc } from "../ffi/libc.ts";

/** linux/sockios.h, linux/if.h, linux/if_arp.h */
const SIOCGIFINDEX = 0x8933;
const SIOCGIFHWADDR = 0x8927;
const IFREQ = 40;
const IFNAMSIZ = 16;
const ARPHRD_ETHER = 1;

export interface Interface {
  readonly index: number;
  readonly mac: string;
}

/** An Ethernet interface of the socket's namespace, if there is one. Takes microseconds and no lock of the kernel's. */
export function findInterface(libc: Libc, socket: number, name: string): Interface | undefined {
  const request = Buffer.alloc(IFREQ);
  request.write(name, 0, IFNAMSIZ - 1, "utf8");
  if (libc.ioctl(socket, SIOCGIFINDEX, request) < 0) return undefined;
  const index = request.readInt32LE(IFNAMSIZ);
  if (libc.ioctl(socket, SIOCGIFHWADDR, request) < 0) return undefined;
  if (request.readUInt16LE(IFNAMSIZ) !== ARPHRD_ETHER) return undefined;
  return { index, mac: request.toString("hex", IFNAMSIZ + 2, IFNAMSIZ + 8).replace(/..(?=.)/g, "$&:") };
}
