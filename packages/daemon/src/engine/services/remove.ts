import { findService } from "../../find/find-service.ts";
import { empty } from "../../route/answer.ts";
import type { Route } from "../../route/route.ts";

export const removeService: Route = {
  method: "DELETE",
  path: "/services/{id}",
  tag: "Services",
  summary: "Removes a service; its tasks go on as plain sandboxes",
  answers: { 200: "It is gone", 404: "There is no such service" },
  handle: async ({ cnm }, { params, signal }) => {
    await (await findService(cnm, params["id"] ?? "")).remove({ signal });
    return empty(200);
  },
};
