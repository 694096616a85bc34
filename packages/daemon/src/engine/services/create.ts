import { json } from "../../route/answer.ts";
import { route } from "../../route/route.ts";
import { refuseMeaningless } from "./refuse-meaningless.ts";
import { serviceBody, serviceSpec } from "./service-body.ts";

export const createService = route({
  method: "POST",
  path: "/services/create",
  tag: "Services",
  summary: "Makes a service; its tasks are sandboxes that join with its name",
  body: serviceBody,
  answers: {
    201: "It is there: `{ID, Warnings}`",
    400: "What is wrong with what was asked for",
    404: "There is no such network",
    409: "There is a service of that name, or a port is taken",
    501: "Nothing on this host can balance it, or it is about making tasks, which is not cnm's",
  },
  handle: async ({ cnm }, { body, signal }) => {
    refuseMeaningless(body, 0);
    const { id, name } = await cnm.createService(serviceSpec(body), { signal });
    return json(201, { ID: id, Warnings: body.TaskTemplate?.ContainerSpec?.["Image"] ? [noTasks(name)] : null });
  },
});

/** Docker's clients cannot make a service without an image. */
const noTasks = (name: string): string =>
  `cnm has no images and starts no tasks: sandboxes become tasks, with "cnm run --service ${name}" for one`;
