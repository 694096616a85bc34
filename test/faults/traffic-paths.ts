import type { Namespace } from "@cnm/linux";
import type { Conversation } from "../support/conversation.ts";
import { labelOf } from "./check-model.ts";
import type { OpenNamespaces } from "./open-namespaces.ts";
import { TARGET } from "./operation.ts";
import { type Attached, addressOf, type Records } from "./records.ts";

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
  ];
  const served = new Map(paths.map(({ to, protocol }) => [`${to.sandbox.id} ${protocol}`, { to, protocol }]));
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
  readonly to: Attached;
}

async function walk({ name, from, address, port, protocol, to }: Path, talk: Conversation): Promise<readonly string[]> {
  const what = `${name} to ${address} port ${port}/${protocol}`;
  try {
    const answer = await talk.ask(from, address, port, protocol);
    const wanted = labelOf(to.sandbox);
    return answer === wanted ? [] : [`${what}: sandbox ${JSON.stringify(answer)} answers instead of ${wanted}`];
  } catch {
    return [`${what}: sandbox ${to.sandbox.name} (${labelOf(to.sandbox)}) does not answer`];
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
    const base = { port: hostPort, protocol, to };
    const local = hostAddress === "127.0.0.1" || hostAddress === "::1";
    if (local) return [{ ...base, name: "host", from: host, address: hostAddress }];
    return [
      { ...base, name: "neighbour", from: neighbour, address: HOST[family] },
      { ...base, name: "host", from: host, address: family === 4 ? "127.0.0.1" : "::1" },
    ];
  });
}

/** Around in a ring: everybody asks, and everybody answers. */
function neighbourPaths(members: readonly Attached[], inside: (attached: Attached) => Namespace): readonly Path[] {
  const isClosed = members[0]?.network.options["com.docker.network.bridge.enable_icc"] === "false";
  if (isClosed || members.length < 2) return [];
  return members.flatMap((from, at) => {
    const to = members[(at + 1) % members.length] ?? from;
    return ([4, 6] as const).flatMap((family): readonly Path[] => {
      const address = addressOf(to.endpoint, family);
      if (address === undefined) return [];
      const name = `sandbox ${from.sandbox.name}`;
      return [{ name, from: inside(from), address, port: TARGET.tcp, protocol: "tcp", to }];
    });
  });
}
