import type { Controller } from "../controller/controller.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { Network } from "../model/network.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { Service } from "../model/service.ts";

export interface Present {
  readonly networks: readonly Network[];
  readonly sandboxes: readonly Sandbox[];
  readonly endpoints: readonly Endpoint[];
  readonly services: readonly { readonly service: Service; readonly tasks: readonly Endpoint[] }[];
}

/** All records of a running controller. What goes while they are read is left out. */
export async function readPresent(
  controller: Pick<Controller, "networks" | "sandboxes" | "services">,
): Promise<Present> {
  const networks = await infos(await controller.networks());
  const handles = await controller.sandboxes();
  const sandboxes = await infos(handles);
  const endpoints = await Promise.all(handles.map(async (handle) => infos(await handle.endpoints())));
  const services = await infos(await controller.services());
  const ready = endpoints.flat().filter(({ state }) => state === "ready");
  const staffed = services
    .filter(({ state }) => state === "ready")
    .map((service) => ({ service, tasks: ready.filter(({ task }) => task?.serviceId === service.id) }));
  return { networks, sandboxes, endpoints: ready, services: staffed };
}

async function infos<T>(handles: readonly { info(): Promise<T> }[]): Promise<readonly T[]> {
  const records = await Promise.all(handles.map((handle) => handle.info().catch(unlessGone)));
  return records.flatMap((record) => (record === undefined ? [] : [record]));
}

function unlessGone(error: unknown): undefined {
  if (!(error instanceof CnmError) || error.kind !== "not-found") throw error;
  return undefined;
}
