import { CnmError } from "@cnm/core";
import { findService } from "../../find/find-service.ts";
import { json } from "../../route/answer.ts";
import { route } from "../../route/route.ts";
import { refuseMeaningless } from "./refuse-meaningless.ts";
import { serviceBody, serviceSpec } from "./service-body.ts";

export const updateService = route({
  method: "POST",
  path: "/services/{id}/update",
  tag: "Services",
  summary: "Changes a service; its virtual IPs and its connections stay",
  query: {
    rollback: "Refused: what it was before is not kept",
    version: "The version that the change is meant for: another one has to be looked at first",
  },
  body: serviceBody,
  answers: {
    200: "It is changed: `{Warnings}`",
    400: "What is wrong with what was asked for",
    404: "There is no such service",
    409: "It has been changed by somebody else since, or a port is taken",
    501: "It is about making tasks, which is not cnm's",
  },
  handle: async ({ cnm }, { params, query, body, signal }) => {
    if ((query["rollback"] ?? "") !== "") throw noRollback(params["id"] ?? "");
    const handle = await findService(cnm, params["id"] ?? "");
    const { version, endpointMode } = await handle.info();
    if (query["version"] !== undefined && Number(query["version"]) !== version) {
      const message = `update out of sequence: service ${handle.name} is of version ${version}`;
      throw new CnmError("conflict", "out-of-sequence", message);
    }
    const { name, endpointMode: mode, ...spec } = serviceSpec(body);
    if (name !== handle.name) throw new CnmError("invalid", "rename", "renaming services is not supported");
    if (mode !== undefined && mode !== endpointMode) {
      const message = `service ${name} has endpoint mode ${endpointMode}, which cannot change`;
      throw new CnmError("invalid", "endpoint-mode", message);
    }
    if (body.TaskTemplate?.ContainerSpec?.["Image"]) throw noImages(name);
    refuseMeaningless(body, (await handle.tasks()).length);
    await handle.update(spec, { signal });
    return json(200, { Warnings: null });
  },
});

const noImages = (name: string): CnmError =>
  new CnmError("unsupported", "no-meaning", `service ${name} has no image: cnm starts no tasks`);

const noRollback = (id: string): CnmError =>
  new CnmError("unsupported", "no-rollback", `service ${id} cannot be rolled back: what it was before is not kept`);
