import { join } from "node:path";
import { compare } from "../compare.ts";
import type { OpenNamespaces } from "../open-namespaces.ts";
import { type Records, type Segment, segmentsOf, vethOf } from "../records.ts";
import { globalAddresses, linkRows } from "./ip.ts";

/** What is in the namespace of each further bridge. */
export async function segmentLinks(
  records: Records,
  run: string,
  namespaces: OpenNamespaces,
): Promise<readonly string[]> {
  const findings = await Promise.all(segmentsOf(records).map((segment) => inside(segment, run, namespaces)));
  return findings.flat();
}

async function inside(
  { pin, bridge, uplink, endpoints }: Segment,
  run: string,
  namespaces: OpenNamespaces,
): Promise<readonly string[]> {
  const links = await linkRows(namespaces.open(join(run, "netns", pin)));
  const ports = [uplink, ...endpoints.map(vethOf)];
  return [
    ...compare(
      `links in ${pin}`,
      ["lo", bridge, ...ports],
      links.map(({ ifname }) => ifname),
    ),
    ...compare(
      `ports in ${pin}`,
      ports.map((port) => `${port} in ${bridge}`),
      links.flatMap(({ ifname, master }) => (master === undefined ? [] : [`${ifname} in ${master}`])),
    ),
    ...compare(`addresses in ${pin}`, [], globalAddresses(links)),
    ...links.filter(({ flags }) => !flags.includes("UP")).map(({ ifname }) => `link ${ifname} in ${pin} is down`),
  ];
}
