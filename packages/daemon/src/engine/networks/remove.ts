import { CnmError, shortId } from "@cnm/core";
import { findNetwork } from "../../find/find-network.ts";
import { networkMembers } from "../../find/read-state.ts";
import { empty } from "../../route/answer.ts";
import type { Route } from "../../route/route.ts";
import { refuseRemoval } from "./predefined.ts";

export const removeNetwork: Route = {
  method: "DELETE",
  path: "/networks/{id}",
  tag: "Networks",
  summary: "Removes a network that nobody is on",
  answers: { 204: "It is gone", 403: "Somebody is on it, or it is predefined", 404: "There is no such network" },
  handle: async (context, { params }) => {
    const handle = await findNetwork(context.cnm, params["id"] ?? "");
    refuseRemoval(handle.name);
    await handle.remove().catch(async (error: unknown) => {
      if (!(error instanceof CnmError) || error.code !== "active-endpoints") throw error;
      const { members } = await networkMembers(context, handle);
      const list = members.map(({ endpoint }) => `name:"${endpoint.name}" id:"${shortId(endpoint.id)}"`).join(", ");
      const message = `error while removing network: network ${handle.name} has active endpoints (${list})`;
      throw new CnmError("forbidden", "active-endpoints", message, { cause: error });
    });
    return empty(204);
  },
};
