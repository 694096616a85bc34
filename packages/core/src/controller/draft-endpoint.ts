import { randomMac } from "../address/mac.ts";
import type { CallOptions } from "../contracts/platform.ts";
import { CnmError, invalidOptions } from "../errors/cnm-error.ts";
import type { Endpoint } from "../model/endpoint.ts";
import { newEndpointId } from "../model/ids.ts";
import type { Network } from "../model/network.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { JoinSpec } from "../options/join-spec.ts";
import { type JoinRequest, parseJoinSpec } from "../options/parse-join-spec.ts";
import type { Context } from "./context.ts";
import { draftTask } from "./draft-task.ts";
import type { UndoStack } from "./undo-stack.ts";

/** An endpoint with everything allocated that it needs: name, interface, MAC, addresses, host ports. */
export async function draftEndpoint(
  context: Context,
  network: Network,
  sandbox: Sandbox,
  spec: JoinSpec,
  undo: UndoStack,
  options: CallOptions,
): Promise<Endpoint> {
  const { planner, addresses, ports } = context;
  const driver = planner.driverOf(network);
  const { request, faults } = parseJoinSpec(spec);
  const all = [...faults, ...driver.endpointFaults(request, network)];
  if (all.length > 0) throw invalidOptions(`endpoint on network ${network.name}`, all);

  const work = draftTask(context, network, request);
  const name = request.name ?? sandbox.name;
  refuseSameName(context, network, name);
  const interfaceName = await chooseInterfaceName(context, network, sandbox, request);
  // libnetwork's choice for bridges. An address made from the IP address would be reused as soon as that is.
  const macAddress = request.macAddress ?? (driver.sharesMac?.(network) === true ? "" : randomMac());
  const order = { network, wishes: request.addresses, macAddress };
  const allocated = await addresses.allocate(order, undo, options);
  const wishes = work === undefined ? request.ports : [...request.ports, ...work.ports];
  const published =
    wishes.length === 0
      ? []
      : await ports.allocate(wishes, driver.portPolicy(network), `endpoint ${name} on network ${network.name}`);
  undo.push(() => ports.release(published));
  const endpoint: Endpoint = {
    schema: 1,
    id: newEndpointId(),
    name,
    networkId: network.id,
    sandboxId: sandbox.id,
    state: "pending",
    created: new Date().toISOString(),
    interfaceName,
    macAddress,
    addresses: allocated,
    aliases: request.aliases,
    ports: published,
    exposed: request.exposed,
    gatewayPriority: request.gatewayPriority,
    gateway: { ipv4: false, ipv6: false },
    options: request.options,
    labels: request.labels,
  };
  return work === undefined ? endpoint : { ...endpoint, task: work.task };
}

function refuseSameName({ index }: Context, network: Network, name: string): void {
  if (index.endpointOnNetwork(network.id, name) === undefined) return;
  const message = `endpoint with name ${name} already exists in network ${network.name}`;
  throw new CnmError("forbidden", "endpoint-exists", message);
}

async function chooseInterfaceName(
  { index, planner, platform }: Context,
  network: Network,
  sandbox: Sandbox,
  { interfaceName }: JoinRequest,
): Promise<string> {
  const ours = index.endpointsOfSandbox(sandbox.id);
  // In a namespace of our own nobody else makes interfaces, and asking takes time.
  const foreign = sandbox.namespace.owned ? [] : await platform.interfaceNames(sandbox.namespace.path);
  const taken = new Set(foreign);
  for (const endpoint of ours) taken.add(endpoint.interfaceName);
  if (interfaceName === undefined) return lowestFree(planner.driverOf(network).interfacePrefix(network), taken);
  if (!taken.has(interfaceName)) return interfaceName;
  const owner = ours.find((endpoint) => endpoint.interfaceName === interfaceName);
  const whose = owner === undefined ? "" : `: it is that of endpoint ${owner.name}`;
  const message = `sandbox ${sandbox.name} has an interface ${interfaceName} already${whose}`;
  throw new CnmError("conflict", "interface-name-in-use", message);
}

function lowestFree(prefix: string, taken: ReadonlySet<string>): string {
  let number = 0;
  while (taken.has(`${prefix}${number}`)) number++;
  return `${prefix}${number}`;
}
