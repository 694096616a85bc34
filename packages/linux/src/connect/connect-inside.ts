import { Socket, type SocketConstructorOpts } from "node:net";
import type { Duplex } from "node:stream";
import { type CallOptions, type ConnectTarget, noConnection } from "@cnm/core";
import type { Libc } from "../ffi/libc.ts";
import { errnoName } from "../netlink/errno.ts";
import type { NamespacePool } from "../netns/namespace-pool.ts";
import { AF_INET, AF_INET6, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_STREAM } from "../sockets/constants.ts";

interface Parts {
  readonly libc: Libc;
  readonly pool: NamespacePool;
}

/** See `Platform.connect`. The socket is made inside, and belongs there for life; Node does the rest from wherever it is. */
export async function connectInside(
  { libc, pool }: Parts,
  target: ConnectTarget,
  { signal }: CallOptions = {},
): Promise<Duplex> {
  signal?.throwIfAborted();
  const family = target.address.includes(":") ? AF_INET6 : AF_INET;
  const fd = await pool.use(target.namespacePath, async ({ namespace }) =>
    namespace.enter(() => libc.socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
  );
  if (fd < 0) throw noConnection(target, errnoName(-fd));
  return await connected(fd, target, signal);
}

function connected(fd: number, target: ConnectTarget, signal: AbortSignal | undefined): Promise<Duplex> {
  // Node would begin to read at once what is not connected yet; its types do not know the option.
  const options: SocketConstructorOpts & { readonly manualStart: boolean } = { fd, manualStart: true };
  const socket = new Socket(options);
  return new Promise((resolve, reject) => {
    const aborted = (): void => {
      socket.destroy();
      reject(signal?.reason);
    };
    const failed = (error: NodeJS.ErrnoException): void => {
      signal?.removeEventListener("abort", aborted);
      reject(noConnection(target, error.code ?? error.message, error));
    };
    socket.once("error", failed);
    socket.once("connect", () => {
      signal?.removeEventListener("abort", aborted);
      socket.off("error", failed);
      resolve(socket);
    });
    if (signal?.aborted === true) return aborted();
    signal?.addEventListener("abort", aborted, { once: true });
    socket.connect({ host: target.address, port: target.port });
  });
}
