import type { Controller, EndpointHandle } from "@cnm/core";
import type { DrawnService } from "./draw-service.ts";
import { DRAIN, type Hands, networkOptions } from "./hands.ts";
import { LABEL } from "./journal.ts";

/** Operations as calls of the library. */
export function libraryHands(controller: Controller): Hands {
  return {
    createNetwork: (what, label) => {
      const { name, ipv4, ipv6, internal } = what;
      const options = networkOptions(what);
      return controller.createNetwork({ name, ipv4, ipv6, internal, options, labels: { [LABEL]: label } });
    },
    createSandbox: (name, netns, label) =>
      controller.createSandbox({ name, labels: { [LABEL]: label }, ...(netns === undefined ? {} : { netns }) }),
    createService: ({ name, networks, endpointMode, spec }, label) => {
      const labels = { [LABEL]: label };
      return controller.createService({ name, networks, endpointMode, drainTimeout: DRAIN, labels, ...specOf(spec) });
    },
    network: async (name) => {
      const network = await controller.network(name);
      return { id: network.id, label: await labelOf(network), remove: () => network.remove() };
    },
    sandbox: async (name) => {
      const sandbox = await controller.sandbox(name);
      return {
        id: sandbox.id,
        label: await labelOf(sandbox),
        endpoints: async () =>
          await eachWithLabel(await sandbox.endpoints(), (endpoint) => ({ leave: () => endpoint.leave() })),
        join: async (network, { ports, ...task }, label) =>
          sandbox.join(await controller.network(network.id), { ports, ...task, labels: { [LABEL]: label } }),
        remove: () => sandbox.remove(),
      };
    },
    service: async (name) => {
      const service = await controller.service(name);
      const { endpointMode, networks } = await service.info();
      return {
        id: service.id,
        label: await labelOf(service),
        endpointMode,
        networks: networks.map(({ networkId }) => networkId),
        tasks: async () =>
          await eachWithLabel(await service.tasks(), (task) => ({
            setHealth: (health) => task.setHealth(health),
            setWeight: (weight) => task.setWeight(weight),
          })),
        update: (spec) => service.update({ affinity: undefined, ...specOf(spec) }),
        remove: () => service.remove(),
      };
    },
    doctor: () => controller.doctor(),
  };
}

const specOf = ({ ports, scheduler, affinity }: DrawnService) => ({
  ports,
  scheduler,
  ...(affinity === null ? {} : { affinity }),
});

interface Labelled {
  info(): Promise<{ readonly labels: Readonly<Record<string, string>> }>;
}

const labelOf = async (handle: Labelled): Promise<string> => (await handle.info()).labels[LABEL] ?? "no label";

const eachWithLabel = <T>(endpoints: readonly EndpointHandle[], make: (endpoint: EndpointHandle) => T) =>
  Promise.all(
    endpoints.map(async (endpoint) => ({ id: endpoint.id, label: await labelOf(endpoint), ...make(endpoint) })),
  );
