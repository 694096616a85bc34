import type { ServiceSpec } from "@cnm/core";
import * as v from "valibot";
import { healthcheckBody, readHealthcheck } from "../../health/healthcheck.ts";
import { anything, maybe, some, text, textMap, texts, whole } from "../../route/schemas.ts";

const networkFields = v.object({ Target: text, Aliases: maybe(texts) });

const portFields = v.object({
  Name: maybe(text),
  Protocol: maybe(text),
  TargetPort: whole,
  PublishedPort: maybe(whole),
  PublishMode: maybe(text),
});

/** What makes tasks. Of these, {@link refuseMeaningless} lets pass what asks for nothing. */
const taskFields = v.object({
  Networks: maybe(v.array(networkFields)),
  ContainerSpec: maybe(v.looseObject({ Healthcheck: maybe(healthcheckBody) })),
  PluginSpec: maybe(anything),
  NetworkAttachmentSpec: maybe(anything),
  Resources: maybe(anything),
  Placement: maybe(anything),
  LogDriver: maybe(anything),
  ForceUpdate: maybe(whole),
});

/** Docker's service, as far as it is about networks; and, in `Cnm`, what Docker has no words for. */
export const serviceBody = v.object({
  Name: text,
  Labels: maybe(textMap),
  TaskTemplate: maybe(taskFields),
  Networks: maybe(v.array(networkFields)),
  Mode: maybe(anything),
  UpdateConfig: maybe(anything),
  RollbackConfig: maybe(anything),
  EndpointSpec: maybe(v.object({ Mode: maybe(text), Ports: maybe(v.array(portFields)) })),
  Cnm: maybe(
    v.object({
      Scheduler: maybe(text),
      Balancer: maybe(text),
      Affinity: maybe(whole),
      Timeouts: maybe(v.object({ Tcp: maybe(whole), TcpFin: maybe(whole), Udp: maybe(whole) })),
      DrainTimeout: maybe(whole),
    }),
  ),
});

export type ServiceBody = v.InferOutput<typeof serviceBody>;

/** Values are checked where the service is made, all at once. */
export function serviceSpec(body: ServiceBody): ServiceSpec {
  const { EndpointSpec, Cnm } = body;
  const networks = body.TaskTemplate?.Networks ?? body.Networks ?? [];
  const spec: Readonly<Record<string, unknown>> = {
    name: body.Name,
    ...some("labels", body.Labels),
    networks: networks.map(({ Target, Aliases }) => ({ network: Target, ...some("aliases", Aliases) })),
    ...some("endpointMode", EndpointSpec?.Mode === "" ? undefined : EndpointSpec?.Mode),
    ports: (EndpointSpec?.Ports ?? []).map((port) => ({
      target: port.TargetPort,
      ...some("published", port.PublishedPort),
      ...some("protocol", port.Protocol === "" ? undefined : port.Protocol),
      ...some("mode", port.PublishMode === "" ? undefined : port.PublishMode),
      ...some("name", port.Name === "" ? undefined : port.Name),
    })),
    ...some("scheduler", Cnm?.Scheduler),
    ...some("balancer", Cnm?.Balancer),
    // 0 is what a service without it tells. Undefined takes it away where it is changed.
    ...(Cnm?.Affinity === 0 ? { affinity: undefined } : some("affinity", Cnm?.Affinity)),
    ...some("drainTimeout", Cnm?.DrainTimeout),
    ...healthOf(body),
    ...(Cnm?.Timeouts ? { timeouts: timeouts(Cnm.Timeouts) } : {}),
  };
  // What is wrong with it, its parser tells.
  return spec as unknown as ServiceSpec;
}

/** False takes it away where the service is changed. */
function healthOf({ TaskTemplate }: ServiceBody) {
  const health = readHealthcheck(TaskTemplate?.ContainerSpec?.Healthcheck);
  return health === undefined ? {} : { health: health === false ? undefined : health };
}

const timeouts = ({ Tcp, TcpFin, Udp }: NonNullable<NonNullable<ServiceBody["Cnm"]>["Timeouts"]>) => ({
  ...some("tcp", Tcp),
  ...some("tcpFin", TcpFin),
  ...some("udp", Udp),
});
