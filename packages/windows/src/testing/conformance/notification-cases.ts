import assert from "node:assert/strict";
import { type Guid, newGuid } from "../../hcn/guid.ts";
import type { HcnNotification } from "../../hcn/notification.ts";
import type { HcnCase } from "./hcn-case.ts";
import { endpointOf, natNetwork } from "./objects.ts";

export function notificationCases(test: HcnCase): void {
  test("tell of networks, namespaces and what is in them, to every reader", async (client) => {
    const readers = [client.notifications(), client.notifications()];
    const network = await natNetwork(client);
    const endpoint = await endpointOf(client, network.ID);
    const namespace = await client.namespaces.create({ ID: newGuid(), Type: "Host", CreateWithCompartment: true });
    for (const RequestType of ["Add", "Remove"] as const) {
      const Settings = { EndpointId: endpoint.ID };
      await client.namespaces.modify(namespace.ID, { ResourceType: "Endpoint", RequestType, Settings });
    }
    await client.namespaces.delete(namespace.ID);
    await client.networks.delete(network.ID);
    const expected = new Set([
      `NetworkCreate ${network.ID}`,
      `NamespaceCreate ${namespace.ID}`,
      "NetworkEndpointAttached",
      "NetworkEndpointDetached",
      `NamespaceDelete ${namespace.ID}`,
      `NetworkDelete ${network.ID}`,
    ]);
    for (const reader of readers) await readUntil(reader, expected);
  });

  test("end with the signal that they were asked for with", async (client) => {
    const end = new AbortController();
    const reader = client.notifications({ signal: end.signal });
    end.abort();
    const seen: HcnNotification[] = [];
    for await (const notification of reader) seen.push(notification);
    assert.deepEqual(seen, []);
    for await (const _ of client.notifications({ signal: AbortSignal.abort() })) assert.fail("it has ended");
  });

  test("end when the client is closed", async (client) => {
    const reader = client.notifications();
    await client.close();
    for await (const _ of reader) assert.fail("it has ended");
  });
}

/** Reads until everything has been told of. Attaching names an endpoint, or its network: by versions of HNS. */
async function readUntil(reader: AsyncIterable<HcnNotification>, expected: ReadonlySet<string>): Promise<void> {
  const missing = new Set(expected);
  // To wait for a notification does not keep a program from ending.
  const alive = setInterval(() => undefined, 1000);
  try {
    for await (const notification of reader) {
      const id: Guid | undefined = "id" in notification ? notification.id : undefined;
      missing.delete(notification.type);
      missing.delete(`${notification.type} ${id}`);
      if (missing.size === 0) return;
    }
  } finally {
    clearInterval(alive);
  }
  assert.fail(`nothing was told of ${[...missing].join(", ")}`);
}
