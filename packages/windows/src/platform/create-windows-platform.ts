import { Closers, CnmError, type HostFacts, type InterfaceStatistics, type Platform } from "@cnm/core";
import { hcnBalancer } from "../balance/hcn-balancer.ts";
import type { Compartments } from "../compartments/compartments.ts";
import { interfaceNameOf } from "../drivers/hns/names.ts";
import { windowsDrivers } from "../drivers/windows-drivers.ts";
import { type Guid, guid, guidOf, isGuid } from "../hcn/guid.ts";
import type { HcnClient } from "../hcn/hcn-client.ts";
import { HcnError } from "../hcn/hcn-error.ts";
import { windowsIpam } from "../ipam/windows-ipam.ts";
import type { OpenHeldSocket } from "../ports/held-socket.ts";
import { createPortHolder } from "../ports/port-holder.ts";
import { difference } from "../resources/difference.ts";
import { endpointHandler } from "../resources/endpoint-handler.ts";
import { createEngine } from "../resources/engine.ts";
import type { HandlerParts } from "../resources/handler.ts";
import type { Pause } from "../resources/insist.ts";
import { loadBalancerHandler } from "../resources/load-balancer-handler.ts";
import { mappedPorts } from "../resources/mapped-ports.ts";
import { namespaceHandler } from "../resources/namespace-handler.ts";
import { networkHandler } from "../resources/network-handler.ts";
import { patientHcn, type StartLimit } from "../resources/patient-hcn.ts";
import type { WindowsResource } from "../resources/resource.ts";
import { routeHandler } from "../resources/route-handler.ts";
import { hnsChoices } from "./choices.ts";
import { diagnose } from "./diagnose.ts";
import { HnsWatch } from "./drift-watch.ts";
import { windowsFeatures } from "./features.ts";
import type { HostInspector } from "./hazards/inspection.ts";
import { hostRoutes, readNameservers } from "./host-facts.ts";
import { LateWork } from "./late-work.ts";
import { NameServers } from "./name-servers.ts";
import { planSandbox } from "./plan-sandbox.ts";

/** What a Windows platform is made of. They are the platform's from now on, which closes them. */
export interface WindowsPlatformParts {
  readonly client: HcnClient;
  readonly compartments: Compartments;
  readonly facts: HostFacts;
  /** Looks at what HNS does not tell: services, adapters, WinNAT. */
  readonly inspector: HostInspector;
  /** How long HNS may take for one call. Default: a minute. */
  readonly startLimit?: StartLimit;
  /** Waits before HNS is asked again. Default: setTimeout. */
  readonly pause?: Pause;
  /** How ports are held. Default: by sockets of this process. */
  readonly openSocket?: OpenHeldSocket;
  /** Waits between two looks for drift. Default: setTimeout. */
  readonly pollPause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export function createWindowsPlatform(parts: WindowsPlatformParts): Platform<WindowsResource> {
  const { client: forever, compartments, facts, inspector, openSocket, pollPause, pause = sleep } = parts;
  const client = patientHcn(forever, parts.startLimit);
  const closers = new Closers();
  closers.add(() => forever.close());
  closers.add(() => compartments.close());
  const holder = createPortHolder({
    mappings: async () =>
      (await client.endpoints.list()).flatMap(({ Policies, Owner = "", Name = "" }) =>
        mappedPorts(Policies).map((port) => ({ port, owner: Owner, name: Name })),
      ),
    excluded: () => inspector.excludedPorts(),
    programOf: (port) => inspector.programOf(port),
    ...(openSocket === undefined ? {} : { openSocket }),
  });
  closers.add(() => holder.close());
  const late = new LateWork();
  closers.add(() => late.settled());
  const handling: HandlerParts = { client, forever, pause, ports: holder, late: (work) => late.start(work) };
  const handlers = {
    "hcn-network": networkHandler(handling),
    "hcn-namespace": namespaceHandler(handling),
    "hcn-endpoint": endpointHandler(handling),
    "hcn-route": routeHandler(handling),
    "hcn-loadbalancer": loadBalancerHandler(handling),
  };
  const names = new NameServers({ client, compartments });
  closers.add(() => names.close());
  const drift = new HnsWatch({
    client,
    observe: () => engine.observe(),
    ...(pollPause === undefined ? {} : { pause: pollPause }),
  });
  const engine = createEngine(handlers, (keys) => drift.touched(keys));

  const endpointsIn = async (path: string) => {
    const namespace = namespaceOf(path);
    const all = await client.endpoints.list();
    return all.filter(({ HostComputeNamespace }) => HostComputeNamespace === namespace);
  };

  return {
    name: "windows",
    drivers: windowsDrivers(),
    balancers: [hcnBalancer(client.version)],
    // VFP tells nobody of its connections: a task that leaves is not waited for.
    traffic: { open: async () => 0, forget: async () => {}, settleDatagrams: async () => {} },
    defaultDriver: "nat",
    ipamDrivers: [windowsIpam()],
    choices: hnsChoices(client),
    facts,
    features: async () => windowsFeatures(client.version),
    planSandbox,
    namespacePath: (id) => guidOf(`cnm:sandbox:${id}`),
    async checkNamespace(path) {
      const namespace = namespaceOf(path);
      try {
        await client.namespaces.get(namespace);
      } catch (error) {
        if (!(error instanceof HcnError) || !error.isNotFound) throw error;
        const message = `HNS has no namespace ${path}: \`Get-HnsNamespace\` lists those that it has`;
        throw new CnmError("invalid", "no-namespace", message, { cause: error });
      }
    },
    interfaceNames: async (path) => (await endpointsIn(path)).map(({ Name = "" }) => interfaceNameOf(Name)),
    async apply(change, options) {
      try {
        await engine.apply(change, options);
      } finally {
        await names.settle();
      }
    },
    observe: (scope) => engine.observe(scope),
    observable: () => true,
    difference,
    recordBaseline: async (resource) => resource,
    watch: (options) => drift.watch(options),
    diagnose: (wanted) => diagnose({ client, inspector }, wanted),
    async routes() {
      const networks = await client.networks.list();
      const own = networks.filter(({ Owner = "" }) => Owner.startsWith("cnm:"));
      return hostRoutes(new Set(own.flatMap(({ Name }) => (Name === undefined ? [] : [Name]))));
    },
    nameservers: async () => readNameservers(),
    async statistics(path) {
      const endpoints = await endpointsIn(path);
      return await Promise.all(
        endpoints.map(async ({ ID, Name = "" }) => statisticsOf(client, ID, interfaceNameOf(Name))),
      );
    },
    ports: holder,
    openNameServer: (spec) => names.open(spec),
    upstream: compartments.upstream,
    connect: (target, callOptions) => compartments.connect(target, callOptions),
    close: () => closers.close(),
  };
}

function namespaceOf(path: string): Guid {
  if (isGuid(path)) return guid(path);
  const message = `${JSON.stringify(path)} is no HCN namespace: on Windows it is a GUID that \`Get-HnsNamespace\` lists`;
  throw new CnmError("invalid", "no-namespace", message);
}

/** HNS counts no errors. */
async function statisticsOf(
  client: Pick<HcnClient, "endpointStatistics">,
  id: Guid,
  interfaceName: string,
): Promise<InterfaceStatistics> {
  const counted = await client.endpointStatistics(id);
  return {
    interfaceName,
    rxBytes: counted.BytesReceived,
    rxPackets: counted.PacketsReceived,
    rxErrors: 0,
    rxDropped: counted.DroppedPacketsIncoming,
    txBytes: counted.BytesSent,
    txPackets: counted.PacketsSent,
    txErrors: 0,
    txDropped: counted.DroppedPacketsOutgoing,
  };
}

const sleep: Pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
