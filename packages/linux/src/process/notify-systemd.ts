import { bindLibc } from "../ffi/libc.ts";
import { loadFfi } from "../ffi/load-ffi.ts";

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 0o2000002;

/**
 * Tells the service manager how this process is, in the words of sd_notify(3): "READY=1", "STOPPING=1". The path is that of
 * NOTIFY_SOCKET; one that begins with "@" is in the abstract namespace. Returns false if nobody listens there.
 */
export function notifySystemd(path: string, state: string): boolean {
  const libc = bindLibc(loadFfi());
  const fd = libc.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  if (fd < 0) return false;
  try {
    const address = unixAddress(path);
    const bytes = Buffer.from(state);
    return libc.sendto(fd, bytes, bytes.length, 0, address, address.length) === bytes.length;
  } finally {
    libc.close(fd);
  }
}

/** sockaddr_un. A path needs no NUL at its end, for the length tells where that is. */
function unixAddress(path: string): Buffer {
  const name = Buffer.from(path.startsWith("@") ? `\0${path.slice(1)}` : path);
  const address = Buffer.alloc(2 + name.length);
  address.writeUInt16LE(AF_UNIX, 0);
  name.copy(address, 2);
  return address;
}
