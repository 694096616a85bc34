import { type Json, type JsonObject, listAt, numberAt, objectAt, textAt } from "../../api/json.ts";
import { CliError } from "../../errors.ts";
import { withProgress } from "../../output/progress.ts";
import type { Action } from "../../program/command-spec.ts";
import { given, type Input } from "../../program/input.ts";
import { healthcheck } from "./healthcheck.ts";
import { readPublish } from "./read-publish.ts";
import { balancing } from "./service-body.ts";

/** As Docker's does: it asks for the service, changes its spec, and sends that back for the version that it saw. */
export const updateService: Action = async (input, { io, api }) => {
  const name = input.arg(0);
  const daemon = await api();
  const service = await daemon.service(name);
  const body = updateBody(input, objectAt(service, "Spec"));
  const version = numberAt(objectAt(service, "Version"), "Index") ?? 0;
  const work = daemon.updateService(textAt(service, "ID"), version, body);
  await withProgress(io, `changing service ${name}`, work);
  io.out(`${name}\n`);
  return 0;
};

function updateBody(input: Input, spec: JsonObject): JsonObject {
  const gone = input.texts("label-rm");
  const labels = Object.entries(objectAt(spec, "Labels")).filter(([name]) => !gone.includes(name));
  return {
    ...spec,
    TaskTemplate: templateAfter(input, objectAt(spec, "TaskTemplate")),
    Labels: { ...Object.fromEntries(labels), ...input.pairs("label-add") },
    EndpointSpec: { ...objectAt(spec, "EndpointSpec"), Ports: portsAfter(input, objectAt(spec, "EndpointSpec")) },
    ...given({ Cnm: balancing(input) }),
  };
}

/** What of a health check is not given stays. */
function templateAfter(input: Input, template: JsonObject): JsonObject {
  const change = healthcheck(input);
  if (Object.keys(change).length === 0) return template;
  const container = objectAt(template, "ContainerSpec");
  return {
    ...template,
    ContainerSpec: { ...container, Healthcheck: { ...objectAt(container, "Healthcheck"), ...change } },
  };
}

function portsAfter(input: Input, endpointSpec: JsonObject): readonly Json[] {
  const before = listAt(endpointSpec, "Ports");
  const gone = new Set<Json>();
  for (const text of input.texts("publish-rm")) {
    const [target, protocol = "tcp"] = text.split("/");
    const found = before.filter(
      (port) => textAt(port, "TargetPort") === target && textAt(port, "Protocol") === protocol,
    );
    if (found.length === 0) throw new CliError(`--publish-rm ${text}: the service publishes no such target port`);
    for (const port of found) gone.add(port);
  }
  const fresh = input.texts("publish-add").map((text) => readPublish("publish-add", text));
  return [...before.filter((port) => !gone.has(port)), ...fresh];
}
