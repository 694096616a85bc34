import { findService } from "../../find/find-service.ts";
import { staffed } from "../../find/read-services.ts";
import { json } from "../../route/answer.ts";
import type { Route } from "../../route/route.ts";
import { serviceJson } from "../../view/service-json.ts";

export const inspectService: Route = {
  method: "GET",
  path: "/services/{id}",
  tag: "Services",
  summary: "A service with its virtual IPs",
  query: { insertDefaults: "Accepted; defaults are always told" },
  answers: { 200: "The service", 400: "More than one id begins like this", 404: "There is no such service" },
  handle: async ({ cnm }, { params }) => {
    const { service, tasks } = await staffed(await findService(cnm, params["id"] ?? ""));
    return json(200, serviceJson(service, tasks));
  },
};
