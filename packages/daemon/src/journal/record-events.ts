import type { Controller, Endpoint, Network, Sandbox } from "@cnm/core";
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
    cnm.on("sandbox.create", (event) => sandbox("create", event.sandbox)),
    cnm.on("sandbox.remove", (event) => sandbox("destroy", event.sandbox)),
    cnm.on("sandbox.lost", (event) => sandbox("destroy", event.sandbox)),
  ];
  for (const handle of await cnm.networks()) networks.set(handle.id, await handle.info());
  return {
    [Symbol.dispose]: () => {
      for (const one of listening) one[Symbol.dispose]();
    },
  };
}
