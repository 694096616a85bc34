import { CnmError, ObjectTurns } from "@cnm/core";
import type { Client } from "@cnm/daemon/client";
import type { DrawnService } from "./draw-service.ts";
import { DRAIN, type Hands, networkOptions } from "./hands.ts";
import { LABEL } from "./journal.ts";

/** Operations as requests to a daemon. */
export function daemonHands(client: Client): Hands {
  const turns = new ObjectTurns();
  /** Off a network by the network's name, as Docker has it: it might be on it again by an endpoint that nobody meant. */
  const leave = async (sandbox: string, endpoint: { readonly Id: string; readonly NetworkId: string }) => {
    const { Endpoints } = await client.sandbox(sandbox);
    if (Endpoints.every(({ Id }) => Id !== endpoint.Id)) {
      throw new CnmError("not-found", "not-found", `endpoint ${endpoint.Id} has gone`);
    }
    await client.disconnectNetwork(endpoint.NetworkId, sandbox);
  };
  return {
    createNetwork: (what, label) =>
      client.createNetwork({
        Name: what.name,
        EnableIPv4: what.ipv4,
        EnableIPv6: what.ipv6,
        Internal: what.internal,
        Options: networkOptions(what),
        Labels: { [LABEL]: label },
      }),
    createSandbox: (name, netns, label) =>
      client.createSandbox({
        Name: name,
        Labels: { [LABEL]: label },
        ...(netns === undefined ? {} : { Netns: netns }),
      }),
    createService: ({ name, networks, endpointMode, spec }, label) =>
      client.createService({
        Name: name,
        Labels: { [LABEL]: label },
        TaskTemplate: { Networks: networks.map((Target) => ({ Target })) },
        EndpointSpec: { Mode: endpointMode, Ports: portsOf(spec) },
        Cnm: { DrainTimeout: DRAIN, ...choiceOf(spec) },
      }),
    network: async (name) => {
      const { Id, Labels } = await client.network(name);
      return { id: Id, label: labelOf(Labels), remove: () => client.removeNetwork(Id) };
    },
    sandbox: async (name) => {
      const { Id, Labels, Endpoints } = await client.sandbox(name);
      return {
        id: Id,
        label: labelOf(Labels),
        endpoints: async () =>
          Endpoints.map((endpoint) => ({
            id: endpoint.Id,
            label: labelOf(endpoint.Labels),
            leave: () => turns.run(Id, () => leave(Id, endpoint)),
          })),
        join: (network, { ports, service, weight }, label) =>
          turns.run(Id, () =>
            client.connect(network.id, {
              Sandbox: Id,
              Ports: ports,
              Labels: { [LABEL]: label },
              ...(service === undefined ? {} : { Service: service }),
              ...(weight === undefined ? {} : { Weight: weight }),
            }),
          ),
        remove: () => client.removeSandbox(Id),
      };
    },
    service: async (name) => {
      const { ID, Spec, Version, Cnm } = await client.service(name);
      return {
        id: ID,
        label: labelOf(Spec.Labels),
        endpointMode: Spec.EndpointSpec.Mode,
        networks: Spec.TaskTemplate.Networks.map(({ Target }) => Target),
        tasks: async () =>
          (await client.tasks({ service: [ID] })).map((task) => ({
            id: task.ID,
            label: labelOf(task.Labels),
            setHealth: (Health) => client.changeTask(task.ID, { Health }),
            setWeight: (Weight) => client.changeTask(task.ID, { Weight }),
          })),
        update: (spec) =>
          client.updateService(ID, Version.Index, {
            Name: Spec.Name,
            Labels: Spec.Labels,
            TaskTemplate: Spec.TaskTemplate,
            EndpointSpec: { Mode: Spec.EndpointSpec.Mode, Ports: portsOf(spec) },
            Cnm: { DrainTimeout: Cnm.DrainTimeout, ...choiceOf(spec) },
          }),
        remove: () => client.removeService(ID),
      };
    },
    doctor: async () => (await client.doctor()).Findings.map(({ Type, Message }) => ({ type: Type, message: Message })),
  };
}

const portsOf = ({ ports }: DrawnService) =>
  ports.map(({ published, target, protocol, mode }) => ({
    Protocol: protocol,
    TargetPort: target,
    PublishedPort: published,
    PublishMode: mode,
  }));

/** 0: no affinity, whatever there was. */
const choiceOf = ({ scheduler, affinity }: DrawnService) => ({ Scheduler: scheduler, Affinity: affinity ?? 0 });

const labelOf = (labels: Readonly<Record<string, string>>): string => labels[LABEL] ?? "no label";
