import { CnmError } from "@cnm/core";
import { findNetwork } from "../../find/find-network.ts";
import { networkMembers } from "../../find/read-state.ts";
import { json } from "../../route/answer.ts";
import type { Route } from "../../route/route.ts";
import { networkJson } from "../../view/network-json.ts";

export const inspectNetwork: Route = {
  method: "GET",
  path: "/networks/{id}",
  tag: "Networks",
  summary: "A network and who is on it",
  query: {
    verbose: "Services too, of which there are none on a network of one host",
    scope: "Only if it is of this scope. `swarm`: only if services can be on it, which is true of every network",
  },
  answers: { 200: "The network", 400: "More than one id begins like this", 404: "There is no such network" },
  handle: async (context, { params, query, api }) => {
    const term = params["id"] ?? "";
    const verbose = query["verbose"];
    if (verbose !== undefined && verbose !== "" && !/^(?:1|0|t|f|true|false)$/i.test(verbose)) {
      const message = `invalid value for verbose: strconv.ParseBool: parsing ${JSON.stringify(verbose)}: invalid syntax`;
      throw new CnmError("invalid", "bad-verbose", message);
    }
    const { network, members } = await networkMembers(context, await findNetwork(context.cnm, term));
    const scope = query["scope"] ?? "";
    // Docker's clients look so for the networks of services.
    if (scope !== "" && scope !== "swarm" && scope !== network.scope) {
      throw new CnmError("not-found", "not-found", `network ${term} not found`);
    }
    return json(200, networkJson(network, members, api));
  },
};
