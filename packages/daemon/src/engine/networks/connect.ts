import * as v from "valibot";
import { findNetwork } from "../../find/find-network.ts";
import { findSandbox } from "../../find/find-sandbox.ts";
import { sandboxState } from "../../find/read-state.ts";
import { refuseOnDefaultBridge } from "../../join/check-membership.ts";
import { joinNetwork } from "../../join/join-network.ts";
import { empty } from "../../route/answer.ts";
import { route } from "../../route/route.ts";
import { maybe, text } from "../../route/schemas.ts";
import { endpointBody, joinSpec } from "./endpoint-body.ts";

export const connectNetwork = route({
  method: "POST",
  path: "/networks/{id}/connect",
  tag: "Networks",
  summary: "Gives a sandbox an interface on a network",
  body: v.object({ Container: text, EndpointConfig: maybe(endpointBody) }),
  answers: {
    200: "It is on it",
    400: "What is wrong with what was asked for",
    403: "It is on it already, or the address is taken",
    404: "There is no such network or sandbox",
    409: "A port is taken",
    501: "Something that cnm has not",
  },
  handle: async (context, { params, body, signal }) => {
    const network = await findNetwork(context.cnm, params["id"] ?? "");
    const sandbox = await findSandbox(context.cnm, body.Container);
    const spec = joinSpec(body.EndpointConfig ?? {});
    refuseOnDefaultBridge(await network.info(), spec.addresses ?? [], spec.aliases ?? []);
    await joinNetwork(context, await sandboxState(context, sandbox), network, spec, signal);
    return empty(200);
  },
});
