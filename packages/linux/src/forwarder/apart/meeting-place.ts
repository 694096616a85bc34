import { CnmError } from "@cnm/core";
import type { Libc } from "../../ffi/libc.ts";
import { errnoName } from "../../netlink/errno.ts";
import type { Namespace } from "../../netns/namespace.ts";
import { AF_UNIX, SO_PEERCRED, SOCK_CLOEXEC, SOCK_NONBLOCK, SOL_SOCKET } from "../../sockets/constants.ts";

const SOCK_SEQPACKET = 5;
const ECONNREFUSED = 111;
/** A NUL in front: the name is in no file system, but belongs to the network namespace, and goes with its socket. */
const NAME = "\0cnm-forwarder";
const BACKLOG = 4;

/** A socket that listens at the name by which the host's forwarder is found. */
export function listenAtMeetingPlace(libc: Libc, host: Namespace): number {
  const fd = open(libc, host);
  const address = meetingPlace();
  const bound = libc.bind(fd, address, address.length);
  const result = bound < 0 ? bound : libc.listen(fd, BACKLOG);
  if (result >= 0) return fd;
  libc.close(fd);
  throw failed(`somebody else has its name: ${errnoName(-result)}`);
}

/** A connection with the host's forwarder; undefined: there is none. */
export function connectAtMeetingPlace(libc: Libc, host: Namespace): number | undefined {
  const fd = open(libc, host);
  const address = meetingPlace();
  const result = libc.connect(fd, address, address.length);
  if (result >= 0 && isOurs(libc, fd)) return fd;
  libc.close(fd);
  if (result === -ECONNREFUSED) return undefined;
  throw failed(result < 0 ? errnoName(-result) : "another user's process has its name");
}

/** The next of those who want to talk; undefined: there is none, or it is another user's. */
export function acceptAtMeetingPlace(libc: Libc, listener: number): number | undefined {
  const fd = libc.accept4(listener, 0, 0, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return undefined;
  if (isOurs(libc, fd)) return fd;
  libc.close(fd);
  return undefined;
}

function open(libc: Libc, host: Namespace): number {
  const fd = host.enter(() => libc.socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd < 0) throw failed(errnoName(-fd));
  return fd;
}

function meetingPlace(): Uint8Array {
  return Uint8Array.from([AF_UNIX, 0, ...new TextEncoder().encode(NAME)]);
}

/** Abstract names are anybody's, and what is said here moves the host's connections. */
function isOurs(libc: Libc, fd: number): boolean {
  const credentials = new Uint8Array(12);
  const length = Uint8Array.of(credentials.length, 0, 0, 0);
  if (libc.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, credentials, length) < 0) return false;
  return new DataView(credentials.buffer).getUint32(4, true) === libc.getuid();
}

const failed = (why: string): CnmError =>
  new CnmError("internal", "forwarder", `no talking to the process that forwards connections: ${why}`);
