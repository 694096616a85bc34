import { HOST_OWNER, type OwnerRef } from "@cnm/core";
import { dumpDestinations, dumpServices, readTimeouts } from "../ipvs/service.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import type { IpvsServiceResource } from "../resources/resource.ts";
import { keyed } from "../resources/resource-key.ts";
import type { Place } from "./place.ts";

/**
 * The virtual services of a sandbox. IPVS keeps no tags: whose a service is, the plans tell; one that no plan knows is the
 * host's, and unexpected.
 */
export async function readIpvs(
  socket: NetlinkSocket,
  family: number,
  place: Place,
  owners: ReadonlyMap<string, OwnerRef>,
): Promise<readonly IpvsServiceResource[]> {
  const services = await dumpServices(socket, family);
  if (services.length === 0) return [];
  const timeouts = await readTimeouts(socket, family);
  const found: IpvsServiceResource[] = [];
  for (const service of services) {
    const resource = keyed({
      kind: "ipvs-service" as const,
      owner: HOST_OWNER,
      ...(place === undefined ? {} : { netns: place }),
      ...service,
      timeouts,
      destinations: (await dumpDestinations(socket, family, service)).map(({ address, port, weight }) => ({
        address,
        port,
        weight,
      })),
    });
    found.push({ ...resource, owner: owners.get(resource.key) ?? HOST_OWNER });
  }
  return found;
}
