import type { Controller, Endpoint, Network, Sandbox, Service } from "@cnm/core";
import type { EventJournal } from "./event-journal.ts";

/** Writes what the controller does into the journal, in Docker's words. */
export async function recordEvents(cnm: Controller, journal: EventJournal): Promise<Disposable> {
  const networks = new Map<string, Network>();
  const network = (action: string, { id, name, driver }: Network) =>
    journal.log("network", action, id, { name, type: driver });
  const member = (action: string, { networkId, sandboxId }: Endpoint) => {
    const { name = "", driver: type = "" } = networks.get(networkId) ?? {};
    journal.log("network", action, networkId, { container: sandboxId, name, type });
  };
  const sandbox = (action: string, { id, name, labels }: Sandbox) =>
    journal.log("container", action, id, { ...labels, image: "", name });
  const names = new Map<string, string>();
  const gone = (lost: Sandbox) => {
    names.delete(lost.id);
    sandbox("destroy", lost);
  };
  const service = (action: string, { id, name }: Service) => journal.log("service", action, id, { name });
  const listening = [
    cnm.on("network.create", (event) => {
      networks.set(event.network.id, event.network);
      network("create", event.network);
    }),
    cnm.on("network.remove", (event) => {
      networks.delete(event.network.id);
      network("destroy", event.network);
    }),
    cnm.on("endpoint.join", (event) => member("connect", event.endpoint)),
    cnm.on("endpoint.leave", (event) => member("disconnect", event.endpoint)),
    cnm.on("service.create", (event) => service("create", event.service)),
    cnm.on("service.update", (event) => service("update", event.service)),
    cnm.on("service.remove", (event) => service("remove", event.service)),
    cnm.on("task.health", ({ endpoint, service: { name }, health, reason }) => {
      const why = reason === undefined ? {} : { reason };
      const told = { image: "", name: names.get(endpoint.sandboxId) ?? "", service: name, task: endpoint.id, ...why };
      journal.log("container", `health_status: ${health}`, endpoint.sandboxId, told);
    }),
    cnm.on("sandbox.create", (event) => {
      names.set(event.sandbox.id, event.sandbox.name);
      sandbox("create", event.sandbox);
    }),
    cnm.on("sandbox.remove", (event) => gone(event.sandbox)),
    cnm.on("sandbox.lost", (event) => gone(event.sandbox)),
  ];
  for (const handle of await cnm.networks()) networks.set(handle.id, await handle.info());
  for (const { id, name } of await cnm.sandboxes()) names.set(id, name);
  return {
    [Symbol.dispose]: () => {
      for (const one of listening) one[Symbol.dispose]();
    },
  };
}
