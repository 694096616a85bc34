import type { Request } from "./message.ts";
import type { NetlinkSocket } from "./socket.ts";

/** All of them in one go. Throws the NetlinkError of the first that fails; the kernel has tried those after it. */
export async function executeAll(socket: NetlinkSocket, requests: readonly Request[]): Promise<void> {
  const failure = (await socket.execute(requests)).find((outcome) => outcome !== undefined);
  if (failure !== undefined) throw failure;
}
