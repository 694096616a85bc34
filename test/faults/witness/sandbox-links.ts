import { compare } from "../compare.ts";
import type { OpenNamespaces } from "../open-namespaces.ts";
import { type Attached, addressOf, type Records } from "../records.ts";
import { globalAddresses, linkRows, routeRows } from "./ip.ts";

/** What is inside each sandbox, and that there is nothing in namespaces that belong to no sandbox. */
export async function sandboxLinks(
  { sandboxes, endpoints }: Records,
  foreign: readonly string[],
  namespaces: OpenNamespaces,
): Promise<readonly string[]> {
  const idle = foreign.filter((path) => !sandboxes.some(({ namespace }) => namespace.path === path));
  const paths = [...sandboxes.map(({ namespace }) => namespace.path), ...idle];
  const findings = await Promise.all(
    paths.map((path) =>
      inside(
        path,
        endpoints.filter(({ sandbox }) => sandbox.namespace.path === path),
        namespaces,
      ),
    ),
  );
  return findings.flat();
}

async function inside(
  path: string,
  endpoints: readonly Attached[],
  namespaces: OpenNamespaces,
): Promise<readonly string[]> {
  const namespace = namespaces.open(path);
  const [links, ...routes] = await Promise.all([linkRows(namespace), routeRows(4, namespace), routeRows(6, namespace)]);
  const addresses = endpoints.flatMap(({ endpoint }) =>
    endpoint.addresses.map(({ address }) => `${endpoint.interfaceName} ${address}`),
  );
  const macs = endpoints.map(({ endpoint }) => `${endpoint.interfaceName} ${endpoint.macAddress}`);
  const defaults = routes
    .flat()
    .flatMap(({ dst, gateway = "", dev }) => (dst === "default" ? [`${gateway} by ${dev}`] : []));
  return [
    ...compare(
      `links in ${path}`,
      ["lo", ...endpoints.map(({ endpoint }) => endpoint.interfaceName)],
      links.map(({ ifname }) => ifname),
    ),
    ...compare(`addresses in ${path}`, addresses, globalAddresses(links)),
    ...compare(
      `hardware addresses in ${path}`,
      macs,
      links.filter(({ ifname }) => ifname !== "lo").map(({ ifname, address = "" }) => `${ifname} ${address}`),
    ),
    ...compare(`default routes in ${path}`, wantedDefaults(endpoints), defaults),
    ...links.filter(({ flags }) => !flags.includes("UP")).map(({ ifname }) => `link ${ifname} in ${path} is down`),
    ...[4, 6].flatMap((family) => checkGateways(path, endpoints, family === 4 ? 4 : 6)),
  ];
}

function wantedDefaults(endpoints: readonly Attached[]): readonly string[] {
  return endpoints.flatMap(({ endpoint, network }) => {
    const via = (family: 4 | 6): string =>
      `${network.ipam.pools.find((pool) => pool.family === family)?.gateway ?? "no gateway"} by ${endpoint.interfaceName}`;
    return [...(endpoint.gateway.ipv4 ? [via(4)] : []), ...(endpoint.gateway.ipv6 ? [via(6)] : [])];
  });
}

/** One way out for each family that has any. */
function checkGateways(path: string, endpoints: readonly Attached[], family: 4 | 6): readonly string[] {
  const able = endpoints.filter(
    ({ endpoint, network }) => !network.internal && addressOf(endpoint, family) !== undefined,
  );
  const chosen = able.filter(({ endpoint }) => (family === 4 ? endpoint.gateway.ipv4 : endpoint.gateway.ipv6));
  const wanted = able.length > 0 ? 1 : 0;
  return chosen.length === wanted
    ? []
    : [`${path} has ${chosen.length} ways out by IPv${family} and should have ${wanted}`];
}
