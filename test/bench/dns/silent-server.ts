import { execFileSync } from "node:child_process";
import { bindLibc, loadFfi, openNamespace } from "@cnm/linux";
import { AF_INET, SOCK_CLOEXEC, SOCK_DGRAM } from "../../../packages/linux/src/sockets/constants.ts";
import { socketAddress } from "../../../packages/linux/src/sockets/socket-address.ts";

/** Every peer asks this one for names that it does not have. */
export const SILENT_SERVER = "192.0.2.77";

/**
 * A name server that says nothing, where the peer asks it: in the namespace. It does not read either, and so takes no time from
 * those that are measured: what does not fit into its buffer is lost.
 */
export function silentServer(namespacePath: string): Disposable {
  const libc = bindLibc(loadFfi());
  const namespace = openNamespace(libc, namespacePath);
  try {
    for (const words of ["link set lo up", `address add ${SILENT_SERVER}/32 dev lo`]) {
      namespace.enter(() => execFileSync("ip", words.split(" ")));
    }
    const fd = namespace.enter(() => libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const local = socketAddress(SILENT_SERVER, 53);
    if (fd < 0 || libc.bind(fd, local, local.length) < 0) throw new Error(`no socket at ${SILENT_SERVER} port 53`);
    return { [Symbol.dispose]: () => void libc.close(fd) };
  } finally {
    namespace.close();
  }
}
