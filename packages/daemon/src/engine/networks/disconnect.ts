import { CnmError } from "@cnm/core";
import * as v from "valibot";
import { writeSandboxFiles } from "../../files/write-sandbox-files.ts";
import { findNetwork } from "../../find/find-network.ts";
import { findSandbox } from "../../find/find-sandbox.ts";
import { sandboxState } from "../../find/read-state.ts";
import { empty } from "../../route/answer.ts";
import { route } from "../../route/route.ts";
import { flag, maybe, text } from "../../route/schemas.ts";

export const disconnectNetwork = route({
  method: "POST",
  path: "/networks/{id}/disconnect",
  tag: "Networks",
  summary: "Takes a sandbox's interface on a network away",
  body: v.object({ Container: text, Force: maybe(flag) }),
  answers: {
    200: "It is off it",
    403: "It is not on it",
    404: "There is no such network or sandbox",
  },
  handle: async (context, { params, body }) => {
    const network = await findNetwork(context.cnm, params["id"] ?? "");
    const handle = await findSandbox(context.cnm, body.Container);
    const { members, sandbox } = await sandboxState(context, handle);
    const member = members.find((one) => one.network.id === network.id);
    if (member === undefined) {
      const message = `container ${sandbox.id} is not connected to network ${network.name}`;
      throw new CnmError("forbidden", "not-connected", message);
    }
    if (member.network.driver === "host") {
      const message = "container cannot be disconnected from host network or connected to host network";
      throw new CnmError("invalid", "host-network", message);
    }
    const endpoint = (await handle.endpoints()).find(({ id }) => id === member.endpoint.id);
    await endpoint?.leave();
    await writeSandboxFiles(context, sandbox.id);
    return empty(200);
  },
});
