import {
  bindLibc,
  currentNamespace,
  deleteLink,
  executeAll,
  loadFfi,
  NETLINK_ROUTE,
  openNetlinkSocket,
} from "@cnm/linux";

/** What `ip link delete NAME` does: something that happens behind cnm's back. */
export async function removeLink(name: string): Promise<void> {
  const libc = bindLibc(loadFfi());
  const socket = currentNamespace(libc).enter(() => openNetlinkSocket(libc, NETLINK_ROUTE));
  try {
    await executeAll(socket, [deleteLink(name)]);
  } finally {
    await socket.close();
  }
}
