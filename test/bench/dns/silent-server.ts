import { execFileSync } from "node:child_process";
import { bindLibc, loadFfi, openNamespace } from "@cnm/linux";
import { RawSockets } from "../../support/raw-sockets.ts";

/** Every peer asks this one for names that it does not have. */
export const SILENT_SERVER = "192.0.2.77";

/** A name server that hears everything and says nothing, where the peer asks it: in the namespace. */
export async function silentServer(namespacePath: string): Promise<Disposable> {
  const namespace = openNamespace(bindLibc(loadFfi()), namespacePath);
  try {
    for (const words of ["link set lo up", `address add ${SILENT_SERVER}/32 dev lo`]) {
      namespace.enter(() => execFileSync("ip", words.split(" ")));
    }
    const socket = await new RawSockets().datagrams(namespace, SILENT_SERVER, 53);
    return { [Symbol.dispose]: () => void socket.close() };
  } finally {
    namespace.close();
  }
}
