import * as v from "valibot";
import { findNetwork } from "../find/find-network.ts";
import { findSandbox } from "../find/find-sandbox.ts";
import { sandboxState } from "../find/read-state.ts";
import { healthcheckBody, readHealthcheck } from "../health/healthcheck.ts";
import { joinNetwork } from "../join/join-network.ts";
import { json } from "../route/answer.ts";
import { route } from "../route/route.ts";
import { maybe, some, text, textMap, texts, whole } from "../route/schemas.ts";
import { endpointJson } from "../view/endpoint-json.ts";

export const connectRoute = route({
  method: "POST",
  path: "/cnm/v1/networks/{id}/connect",
  tag: "cnm",
  summary:
    "Gives a sandbox an interface on a network, with published ports and all that Docker's connect has no words for",
  body: v.object({
    Sandbox: text,
    Name: maybe(text),
    Aliases: maybe(texts),
    Addresses: maybe(texts),
    Mac: maybe(text),
    InterfaceName: maybe(text),
    Ports: maybe(texts),
    Exposed: maybe(texts),
    GatewayPriority: maybe(whole),
    Options: maybe(textMap),
    Labels: maybe(textMap),
    Sysctls: maybe(textMap),
    Service: maybe(text),
    Weight: maybe(whole),
    Healthcheck: maybe(healthcheckBody),
  }),
  answers: {
    200: "The endpoint",
    400: "What is wrong with what was asked for",
    403: "It is on it already, or the address is taken",
    404: "There is no such network or sandbox",
    409: "A port is taken",
  },
  handle: async (context, { params, body, signal }) => {
    const network = await findNetwork(context.cnm, params["id"] ?? "");
    const handle = await findSandbox(context.cnm, body.Sandbox);
    const state = await sandboxState(context, handle);
    const spec = {
      ...some("name", body.Name),
      ...some("aliases", body.Aliases),
      ...some("addresses", body.Addresses),
      ...some("mac", body.Mac),
      ...some("interfaceName", body.InterfaceName),
      ...some("ports", body.Ports),
      ...some("exposed", body.Exposed),
      ...some("gatewayPriority", body.GatewayPriority),
      ...some("options", body.Options),
      ...some("labels", body.Labels),
      ...some("sysctls", body.Sysctls),
      ...some("service", body.Service === "" ? undefined : body.Service),
      ...some("weight", body.Weight),
      ...some("health", readHealthcheck(body.Healthcheck)),
    };
    const endpoint = await joinNetwork(context, state, network, spec, signal);
    return json(200, endpointJson({ endpoint, network: await network.info(), sandbox: state.sandbox }));
  },
});
