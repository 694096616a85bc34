import type { Network, Service } from "@cnm/core";
import type { Namespace } from "@cnm/linux";
import type { Conversation } from "../support/conversation.ts";
import { labelOf } from "./check-model.ts";
import type { OpenNamespaces } from "./open-namespaces.ts";
import { type Attached, addressOf, bare, type Records } from "./records.ts";
import { TARGET } from "./target.ts";
import { tasksOf } from "./witness/wanted-ports.ts";

const HOST = { 4: "192.0.2.1", 6: "2001:db8::1" } as const;

export interface Places {
  readonly host: Namespace;
  readonly neighbour: Namespace;
  readonly namespaces: OpenNamespaces;
}

export interface Walk {
  readonly findings: readonly string[];
  readonly paths: number;
}

/** Every way that traffic should take, taken: published ports, and from sandbox to sandbox. Answers tell who gave them. */
export async function trafficPaths(records: Records, talk: Conversation, places: Places): Promise<Walk> {
  const inside = ({ sandbox }: Attached): Namespace => places.namespaces.open(sandbox.namespace.path);
  const paths = [
    ...records.endpoints.flatMap((attached) => publishedPaths(attached, places)),
    ...records.networks.flatMap((network) =>
      neighbourPaths(
        records.endpoints.filter((attached) => attached.network.id === network.id),
        inside,
      ),
    ),
    ...records.endpoints.flatMap((client) => virtualPaths(records, client, inside(client))),
    ...records.services.flatMap((service) => servicePaths(records, service, places)),
  ];
  const served = new Map(
    paths.flatMap(({ to, protocol }) => to.map((one) => [`${one.sandbox.id} ${protocol}`, { to: one, protocol }])),
  );
  for (const { to, protocol } of served.values()) {
    await talk.serve(inside(to), TARGET[protocol], protocol, () => labelOf(to.sandbox));
  }
  const findings = await Promise.all(paths.map((path) => walk(path, talk)));
  return { findings: findings.flat(), paths: paths.length };
}

interface Path {
  readonly name: string;
  readonly from: Namespace;
  readonly address: string;
  readonly port: number;
  readonly protocol: "tcp" | "udp";
  /** Any of them may answer. None: it is refused. */
  readonly to: readonly Attached[];
}

async function walk({ name, from, address, port, protocol, to }: Path, talk: Conversation): Promise<readonly string[]> {
  const what = `${name} to ${address} port ${port}/${protocol}`;
  if (to.length === 0) {
    return (await talk.hears(from, address, port, protocol)) ? [`${what}: somebody answers, and nobody should`] : [];
  }
  const names = to.map(({ sandbox }) => `${sandbox.name} (${labelOf(sandbox)})`).join(" or ");
  try {
    const answer = await talk.ask(from, address, port, protocol);
    if (to.some(({ sandbox }) => labelOf(sandbox) === answer)) return [];
    return [`${what}: sandbox ${JSON.stringify(answer)} answers instead of ${names}`];
  } catch {
    return [`${what}: sandbox ${names} does not answer`];
  }
}

function publishedPaths(to: Attached, { host, neighbour }: Places): readonly Path[] {
  const { endpoint } = to;
  return endpoint.ports.flatMap(({ hostAddress, hostPort, protocol }) => {
    if (protocol === "sctp") return [];
    const family = hostAddress.includes(":") ? 6 : 4;
    // What has no IPv6 is reached by IPv4 from the host's IPv6.
    const carrier = family === 6 && addressOf(endpoint, 6) === undefined ? 4 : family;
    const leads = carrier === 4 ? endpoint.gateway.ipv4 : endpoint.gateway.ipv6;
    if (!leads || addressOf(endpoint, carrier) === undefined) return [];
    const base = { port: hostPort, protocol, to: [to] };
    const local = hostAddress === "127.0.0.1" || hostAddress === "::1";
    if (local) return [{ ...base, name: "host", from: host, address: hostAddress }];
    return [
      { ...base, name: "neighbour", from: neighbour, address: HOST[family] },
      { ...base, name: "host", from: host, address: family === 4 ? "127.0.0.1" : "::1" },
    ];
  });
}

/** From a sandbox to every virtual IP of its networks. */
function virtualPaths(records: Records, { endpoint, network, sandbox }: Attached, from: Namespace): readonly Path[] {
  if (isClosed(network)) return [];
  return records.services.flatMap((service) => {
    const vips = service.networks.find(({ networkId }) => networkId === network.id)?.vips ?? [];
    return vips
      .filter(({ family }) => addressOf(endpoint, family) !== undefined)
      .flatMap(({ family, address }) =>
        service.ports.flatMap(({ protocol, published }): readonly Path[] => {
          if (protocol === "sctp") return [];
          const to = tasksOf(records, service, family, network.id);
          const name = `sandbox ${sandbox.name} by service ${service.name}`;
          return [{ name, from, address: bare(address), port: published, protocol, to }];
        }),
      );
  });
}

/** From the host and from a neighbour to every port that the host publishes for a service. */
function servicePaths(records: Records, service: Service, { host, neighbour }: Places): readonly Path[] {
  return service.bindings.flatMap(({ protocol, hostAddress, hostPort }): readonly Path[] => {
    if (protocol === "sctp") return [];
    const family = hostAddress.includes(":") ? 6 : 4;
    const to = tasksOf(records, service, family);
    const answers = to.every(
      ({ endpoint, network }) => !network.internal && (family === 4 ? endpoint.gateway.ipv4 : endpoint.gateway.ipv6),
    );
    if (!answers) return [];
    const base = { name: `neighbour by service ${service.name}`, port: hostPort, protocol, to };
    const outside = { ...base, from: neighbour, address: HOST[family] };
    return family === 6 ? [outside] : [outside, { ...base, name: "host", from: host, address: "127.0.0.1" }];
  });
}

const isClosed = ({ options }: Network): boolean => options["com.docker.network.bridge.enable_icc"] === "false";

/** Around in a ring: everybody asks, and everybody answers. */
function neighbourPaths(members: readonly Attached[], inside: (attached: Attached) => Namespace): readonly Path[] {
  if (members.length < 2 || members.some(({ network }) => isClosed(network))) return [];
  return members.flatMap((from, at) => {
    const to = members[(at + 1) % members.length] ?? from;
    return ([4, 6] as const).flatMap((family): readonly Path[] => {
      const address = addressOf(to.endpoint, family);
      if (address === undefined) return [];
      const name = `sandbox ${from.sandbox.name}`;
      return [{ name, from: inside(from), address, port: TARGET.tcp, protocol: "tcp", to: [to] }];
    });
  });
}
