import assert from "node:assert/strict";
import { type Guid, newGuid } from "../../hcn/guid.ts";
import { fails } from "./fails.ts";
import type { HcnCase } from "./hcn-case.ts";
import { endpointOf, natNetwork, OWNER } from "./objects.ts";

export function namespaceCases(test: HcnCase): void {
  test("are made with their compartment, each its own", async ({ namespaces }) => {
    const make = () => namespaces.create({ ID: newGuid(), Owner: OWNER, Type: "Host", CreateWithCompartment: true });
    const [one, two] = [await make(), await make()];
    assert.deepEqual([one.Type, one.Owner], ["Host", OWNER]);
    assert.ok((one.NamespaceId ?? 0) > 1, `compartment ${one.NamespaceId}`);
    assert.notEqual(one.NamespaceId, two.NamespaceId);
  });

  test("that are not there are not found, by a code that is not HCN's own", async ({ namespaces }) => {
    const error = await fails(namespaces.get(newGuid()), "not-found", 0x80070490);
    assert.ok(error.isNotFound);
    await namespaces.delete(newGuid());
  });

  test("cannot be made twice", async ({ namespaces }) => {
    const { ID } = await namespaces.create({ ID: newGuid(), Type: "Host" });
    const error = await fails(namespaces.create({ ID, Type: "Host" }), "conflict", 0x800700b7);
    assert.ok(error.isExists);
  });

  test("take endpoints in, and let them go", async (client) => {
    const { namespaces, endpoints } = client;
    const network = await natNetwork(client);
    const endpoint = await endpointOf(client, network.ID);
    const namespace = await namespaces.create({ ID: newGuid(), Type: "Host", CreateWithCompartment: true });
    const change = (RequestType: "Add" | "Remove", EndpointId: Guid) =>
      namespaces.modify(namespace.ID, { ResourceType: "Endpoint", RequestType, Settings: { EndpointId } });
    const members = async () => ((await namespaces.get(namespace.ID)).Resources ?? []).map(({ Data }) => Data.Id);
    const home = async () => (await endpoints.get(endpoint.ID)).HostComputeNamespace;

    await change("Add", endpoint.ID);
    assert.deepEqual([await members(), await home()], [[endpoint.ID], namespace.ID]);
    await fails(change("Add", endpoint.ID), "conflict", 0x803b002b);
    await change("Remove", endpoint.ID);
    assert.deepEqual([await members(), await home()], [[], undefined]);
    await fails(change("Remove", endpoint.ID), "not-found");
    await fails(change("Add", newGuid()), "not-found", 0x803b0002);
  });

  test("forget an endpoint that is deleted, and let go of theirs when they are deleted", async (client) => {
    const { namespaces, endpoints } = client;
    const network = await natNetwork(client);
    const [one, two] = [await endpointOf(client, network.ID), await endpointOf(client, network.ID)];
    const { ID } = await namespaces.create({ ID: newGuid(), Type: "Host" });
    for (const { ID: EndpointId } of [one, two]) {
      await namespaces.modify(ID, { ResourceType: "Endpoint", RequestType: "Add", Settings: { EndpointId } });
    }
    await endpoints.delete(one.ID);
    const left = (await namespaces.get(ID)).Resources?.map(({ Data }) => Data.Id);
    assert.deepEqual(left, [two.ID]);
    await namespaces.delete(ID);
    assert.equal((await endpoints.get(two.ID)).HostComputeNamespace, undefined);
  });
}
