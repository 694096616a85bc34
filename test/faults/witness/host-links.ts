import type { Namespace } from "@cnm/linux";
import { compare } from "../compare.ts";
import { bridgeOf, type Records, segmentsOf, vethOf } from "../records.ts";
import { globalAddresses, linkRows, routeRows } from "./ip.ts";

const OWN_LINKS = ["lo", "uplink"];
const OWN_ADDRESSES = ["uplink 192.0.2.1/24", "uplink 2001:db8::1/64"];

/** Links, addresses and routes of the host, as `ip` sees them. */
export async function hostLinks(records: Records, host: Namespace): Promise<readonly string[]> {
  const { networks } = records;
  const endpoints = records.endpoints.filter(({ endpoint }) => endpoint.segment === undefined);
  const segments = segmentsOf(records);
  const [links, ...routes] = await Promise.all([linkRows(host), routeRows(4, host), routeRows(6, host)]);
  const bridges = networks.map(bridgeOf);
  const veths = endpoints.map(({ endpoint }) => vethOf(endpoint));
  const gateways = networks.flatMap((network) =>
    network.ipam.pools.map(({ gateway = "", subnet }) => `${bridgeOf(network)} ${gateway}/${subnet.split("/")[1]}`),
  );
  const subnets = networks.flatMap((network) =>
    network.ipam.pools.map(({ subnet }) => `${subnet} by ${bridgeOf(network)}`),
  );
  const found = routes
    .flat()
    .filter(({ dev, dst }) => dev !== "uplink" && dev !== "lo" && !dst.startsWith("fe80:"))
    .map(({ dst, dev }) => `${dst} by ${dev}`);
  const masters = links.flatMap(({ ifname, master }) => (master === undefined ? [] : [`${ifname} in ${master}`]));
  return [
    ...compare(
      "links of the host",
      [...OWN_LINKS, ...bridges, ...veths, ...segments.map(({ port }) => port)],
      links.map(({ ifname }) => ifname),
    ),
    ...compare(
      "ports of bridges",
      [
        ...endpoints.map(({ endpoint, network }) => `${vethOf(endpoint)} in ${bridgeOf(network)}`),
        ...segments.map(({ port, network }) => `${port} in ${bridgeOf(network)}`),
      ],
      masters,
    ),
    ...compare("addresses of the host", [...OWN_ADDRESSES, ...gateways], globalAddresses(links)),
    ...compare("routes of the host", subnets, found),
    ...links.filter(({ flags }) => !flags.includes("UP")).map(({ ifname }) => `link ${ifname} of the host is down`),
  ];
}
