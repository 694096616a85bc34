import { CnmError, type JoinSpec, type SandboxHandle } from "@cnm/core";
import * as v from "valibot";
import type { DaemonContext } from "../context.ts";
import { findNetwork } from "../find/find-network.ts";
import { findService } from "../find/find-service.ts";
import { sandboxState } from "../find/read-state.ts";
import { healthcheckBody, readHealthcheck } from "../health/healthcheck.ts";
import { DEFAULT_NETWORK } from "../host/default-network.ts";
import { joinNetwork } from "../join/join-network.ts";
import { EMPTY_RECORD, type SandboxRecord } from "../records/sandbox-record.ts";
import { json } from "../route/answer.ts";
import { route } from "../route/route.ts";
import { flag, maybe, some, text, textMap, texts, whole } from "../route/schemas.ts";
import { WISHED_ADDRESSES } from "../view/endpoint-settings-json.ts";
import { netnsPath } from "../view/netns-path.ts";
import { createSandbox } from "./create-sandbox.ts";
import { inventName } from "./invent-name.ts";
import { sandboxFields, sandboxSpec } from "./sandbox-body.ts";

const networkFields = v.object({
  /** Absent: all networks of the service. */
  Network: maybe(text),
  Aliases: maybe(texts),
  Ip: maybe(text),
  Ip6: maybe(text),
  Mac: maybe(text),
  GatewayPriority: maybe(whole),
  Options: maybe(textMap),
  Service: maybe(text),
  Weight: maybe(whole),
  Healthcheck: maybe(healthcheckBody),
});

const runBody = v.object({
  Name: maybe(text),
  Cmd: maybe(texts),
  Env: maybe(texts),
  Cwd: maybe(text),
  Networks: maybe(v.array(networkFields)),
  Ports: maybe(texts),
  AutoRemove: maybe(flag),
  Start: maybe(flag),
  ...sandboxFields,
});

type RunBody = v.InferOutput<typeof runBody>;

export const runRoute = route({
  method: "POST",
  path: "/cnm/v1/run",
  tag: "cnm",
  summary: "A sandbox, its endpoints, and a program in it: all of it or nothing",
  body: runBody,
  answers: {
    201: "`{Id, Warnings, Netns, EtcDir}`; with `Start: false`, the program is the caller's to start",
    400: "What is wrong with what was asked for, or with the program",
    404: "There is no such network",
    409: "The name or a port is taken",
  },
  handle: async (context, { body, signal }) => {
    const starts = body.Start !== false;
    if (starts && (body.Cmd ?? []).length === 0)
      throw new CnmError("invalid", "no-command", "Cmd has to name a program");
    const onHost = await isHostNetwork(context, body.Networks?.[0]?.Network);
    const spec = { ...sandboxSpec(body.Name || inventName(), undefined, body), ...(onHost ? { host: true } : {}) };
    const handle = await createSandbox(context, spec, recordOf(body, starts), signal);
    try {
      await joinAll(context, handle, onHost ? { ...body, Ports: [] } : body, signal);
      if (starts) await context.supervisor.start(handle.id);
    } catch (error) {
      await context.supervisor.remove(handle.id).catch((undoing: unknown) => {
        context.logger.error({ err: undoing, sandbox: handle.id }, "a sandbox is left over");
      });
      throw error;
    }
    return json(201, {
      Id: handle.id,
      Warnings: onHost && (body.Ports ?? []).length > 0 ? [PORTS_DISCARDED] : [],
      Netns: netnsPath(await handle.info()),
      EtcDir: context.files.etcDir(handle.id),
    });
  },
});

/** No network can have the name "default": it means the one that leads out of this host. */
const namedNetwork = (cnm: DaemonContext["cnm"], name: string) =>
  findNetwork(cnm, name === "default" ? DEFAULT_NETWORK : name);

/** Docker's words. */
const PORTS_DISCARDED = "Published ports are discarded when using host network mode";

/** Programs on the host network run in the host's own stack: so their sandbox is made there. */
async function isHostNetwork({ cnm }: DaemonContext, name: string | null | undefined): Promise<boolean> {
  if (name === undefined || name === null) return false;
  return (await (await namedNetwork(cnm, name)).info()).driver === "host";
}

function recordOf(body: RunBody, starts: boolean): SandboxRecord {
  const program = { cmd: body.Cmd ?? [], env: body.Env ?? [], ...some("cwd", body.Cwd === "" ? undefined : body.Cwd) };
  // The caller ends what he starts, and removes the sandbox then.
  return starts ? { ...EMPTY_RECORD, autoRemove: body.AutoRemove ?? false, program } : EMPTY_RECORD;
}

/** Ports are published on the first network. */
async function joinAll(context: DaemonContext, handle: SandboxHandle, body: RunBody, signal: AbortSignal) {
  const wishes = (await Promise.all((body.Networks ?? []).map((wish) => namedWishes(context, wish)))).flat();
  if (wishes.length === 0 && (body.Ports ?? []).length > 0) {
    throw new CnmError("invalid", "no-network", "Ports need a network that they are published on");
  }
  for (const [index, { name, wish }] of wishes.entries()) {
    const network = await namedNetwork(context.cnm, name);
    const addresses = [wish.Ip, wish.Ip6].filter((address): address is string => !!address);
    const spec: JoinSpec = {
      aliases: wish.Aliases ?? [],
      addresses,
      ...some("mac", wish.Mac === "" ? undefined : wish.Mac),
      ...some("gatewayPriority", wish.GatewayPriority),
      ...some("options", wish.Options),
      ...some("service", wish.Service === "" ? undefined : wish.Service),
      ...some("weight", wish.Weight),
      ...some("health", readHealthcheck(wish.Healthcheck)),
      ...(index === 0 ? some("ports", body.Ports) : {}),
      ...(addresses.length === 0 ? {} : { labels: { [WISHED_ADDRESSES]: addresses.join(",") } }),
    };
    await joinNetwork(context, await sandboxState(context, handle), network, spec, signal);
  }
}

type Wish = v.InferOutput<typeof networkFields>;

/** A task that names no network is wanted on each one of its service's. */
async function namedWishes({ cnm }: DaemonContext, wish: Wish): Promise<readonly { name: string; wish: Wish }[]> {
  if (wish.Network !== null && wish.Network !== undefined) return [{ name: wish.Network, wish }];
  if (!wish.Service) throw new CnmError("invalid", "no-network", "Networks have to name a Network, or a Service");
  const service = await (await findService(cnm, wish.Service)).info();
  if (service.networks.length > 0) return service.networks.map(({ networkId }) => ({ name: networkId, wish }));
  throw new CnmError("invalid", "no-network", `service ${service.name} is on no network that its task could join`);
}
