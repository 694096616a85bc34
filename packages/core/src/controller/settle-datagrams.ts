import type { DatagramLead, DatagramPlace } from "../contracts/task-traffic.ts";
import type { Network } from "../model/network.ts";
import type { Sandbox } from "../model/sandbox.ts";
import { clientView, hostView } from "../services/balanced-view.ts";
import type { Context } from "./context.ts";
import { reasonOf } from "./operation-error.ts";

/** So many places are looked at at a time. */
const AT_ONCE = 8;

/**
 * Datagrams have no end: after ports of services went, and at start, for whoever was killed may have left some behind, those
 * that lead where nothing leads any more are forgotten, on the host and in sandboxes of the networks.
 *
 * @param networks Default: all.
 */
export async function settleDatagrams(context: Context, networks?: readonly Network["id"][]): Promise<void> {
  const { index, logger, platform } = context;
  const isMeant = (id: Network["id"]): boolean => networks === undefined || networks.includes(id);
  const sandboxes = index.sandboxes
    .values()
    .filter(({ id }) => index.endpointsOfSandbox(id).some(({ networkId }) => isMeant(networkId)));
  const places = [hostPlace(context), ...sandboxes.map((sandbox) => sandboxPlace(context, sandbox))];
  const settleSome = async () => {
    for (let place = places.shift(); place !== undefined; place = places.shift()) {
      await platform.traffic.settleDatagrams(place).catch((error: unknown) => {
        logger.warn({ err: error }, `datagrams of services are not looked after: ${reasonOf(error)}`);
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, settleSome));
}

function hostPlace({ index, services }: Context): DatagramPlace {
  const led = index.services.values().flatMap((service) => hostView(service, services.tasksOf(service.id)).services);
  const published = index
    .endpoints()
    .flatMap(({ ports, addresses }) =>
      ports
        .filter(({ protocol }) => protocol === "udp")
        .flatMap(({ hostPort, targetPort }) =>
          addresses.map(({ address }) => ({ port: hostPort, target: bare(address), targetPort })),
        ),
    );
  const balanced = leads(led).map(({ address: _, ...anywhere }) => anywhere);
  return { subnets: subnetsOf(index.networks.values()), leads: [...published, ...balanced] };
}

function sandboxPlace({ index, services }: Context, sandbox: Sandbox): DatagramPlace {
  const endpoints = index.endpointsOfSandbox(sandbox.id);
  const views = endpoints.map((endpoint) => clientView(endpoint, sandbox, services.on(endpoint.networkId)));
  return {
    namespacePath: sandbox.namespace.path,
    // Of networks as well that it has left since.
    subnets: subnetsOf(index.networks.values()),
    leads: leads(views.flatMap((view) => view.services)),
  };
}

const leads = (services: ReturnType<typeof clientView>["services"]): readonly (DatagramLead & { address: string })[] =>
  services
    .filter(({ protocol }) => protocol === "udp")
    .flatMap(({ address, port, backends }) =>
      backends.map((backend) => ({ address, port, target: backend.address, targetPort: backend.port })),
    );

const subnetsOf = (networks: readonly Network[]): readonly string[] =>
  networks.flatMap(({ ipam }) => ipam.pools.map(({ subnet }) => subnet));

const bare = (address: string): string => address.replace(/\/.*$/, "");
