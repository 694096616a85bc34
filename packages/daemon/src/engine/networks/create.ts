import { CnmError, type Controller, type NetworkSpec } from "@cnm/core";
import { json } from "../../route/answer.ts";
import { route } from "../../route/route.ts";
import { networkBody, networkSpec } from "./network-body.ts";
import { refuseReservedName } from "./predefined.ts";

export const createNetwork = route({
  method: "POST",
  path: "/networks/create",
  tag: "Networks",
  summary: "Makes a network",
  body: networkBody,
  answers: {
    201: "It is there: `{Id, Warning}`",
    400: "What is wrong with what was asked for",
    403: "A reserved name, or a network or route that it would overlap",
    404: "There is no such driver",
    409: "There is a network of that name",
    501: "Something that cnm has not",
  },
  handle: async ({ cnm }, { body, api, signal }) => {
    refuseReservedName(body.Name);
    const spec = networkSpec(body, api);
    await refuseSecond(cnm, spec);
    const { id } = await cnm.createNetwork(spec, { signal }).catch((error: unknown) => {
      throw inDockersWords(error, spec);
    });
    return json(201, { Id: id, Warning: "" });
  },
});

/** Before anything else about them: whatever their options, there are these networks already. */
async function refuseSecond(cnm: Controller, { driver }: NetworkSpec): Promise<void> {
  if (driver !== "host" && driver !== "null") return;
  if ((await cnm.networks()).length === 0) return;
  throw new CnmError("forbidden", "only-one-network", `only one instance of "${driver}" network is allowed`);
}

function inDockersWords(error: unknown, { name, driver, ipam }: NetworkSpec): unknown {
  if (!(error instanceof CnmError)) return error;
  const words = (message: string) => new CnmError(error.kind, error.code, message, { cause: error });
  if (error.code === "name-in-use") return words(`network with name ${name} already exists`);
  if (error.code === "no-such-driver") return words(`plugin "${driver}" not found`);
  if (error.code === "no-such-ipam-driver") return words(`plugin "${ipam?.driver}" not found`);
  return error;
}
