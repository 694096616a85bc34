import type { HostLink } from "@cnm/core";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { dumpLinks } from "../route/link/get-link.ts";

/** The links of the host, whoever made them. */
export async function hostLinks(socket: NetlinkSocket): Promise<readonly HostLink[]> {
  const links = await dumpLinks(socket);
  const names = new Map(links.map(({ index, name }) => [index, name]));
  return links.map(({ name, kind, up, mtu, masterIndex }) => {
    const master = masterIndex === undefined ? undefined : names.get(masterIndex);
    return { name, kind, up, mtu, ...(master === undefined ? {} : { master }) };
  });
}
