import type { Controller, ServiceHandle } from "@cnm/core";
import type { Member } from "../view/model.ts";
import { infos, reportsOf } from "./read-state.ts";

/** A service with its tasks, in the order in which they joined. */
export async function staffed(handle: ServiceHandle) {
  const service = await handle.info();
  return { service, tasks: await infos(await handle.tasks()) };
}

/** The same, with the sandboxes and networks that the tasks belong to. */
export async function taskMembers(cnm: Controller, handle: ServiceHandle) {
  const { service, tasks } = await staffed(handle);
  const reports = reportsOf(await handle.tasks());
  const members: Member[] = [];
  for (const endpoint of tasks) {
    const sandbox = await (await cnm.sandbox(endpoint.sandboxId)).info();
    const network = await (await cnm.network(endpoint.networkId)).info();
    members.push({ endpoint, sandbox, network, report: reports.get(endpoint.id) });
  }
  return { service, members };
}
