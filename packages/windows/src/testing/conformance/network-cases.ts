import assert from "node:assert/strict";
import { guid, newGuid } from "../../hcn/guid.ts";
import { fails } from "./fails.ts";
import type { HcnCase } from "./hcn-case.ts";
import { endpointOf, natNetwork, OWNER } from "./objects.ts";

export function networkCases(test: HcnCase): void {
  test("are none at first", async ({ networks }) => {
    assert.deepEqual(await networks.list(), []);
    assert.deepEqual(await networks.list({ id: newGuid() }), []);
  });

  test("are as they were asked for, with what HNS adds", async ({ networks }) => {
    const ID = newGuid();
    const made = await networks.create({
      ID,
      Name: "café 漢 \u{1f30d}",
      Owner: OWNER,
      Type: "NAT",
      Dns: { Domain: "lan", ServerList: ["10.99.0.1"] },
      Ipams: [{ Type: "Static", Subnets: [{ IpAddressPrefix: "10.99.0.0/24" }] }],
    });
    assert.deepEqual([made.ID, made.Name, made.Owner, made.Type], [ID, "café 漢 \u{1f30d}", OWNER, "NAT"]);
    assert.deepEqual([made.Dns?.Domain, made.Dns?.ServerList], ["lan", ["10.99.0.1"]]);
    const [subnet] = made.Ipams?.[0]?.Subnets ?? [];
    assert.equal(subnet?.IpAddressPrefix, "10.99.0.0/24");
    assert.ok(subnet.ID !== undefined, "a subnet has an id");
    assert.deepEqual(await networks.get(ID), made);
  });

  test("without an id get one", async ({ networks }) => {
    const { ID } = await networks.create({ Name: "any", Type: "Internal" });
    assert.equal((await networks.get(ID)).Name, "any");
  });

  test("are found by id in any case, by name and by owner", async (client) => {
    const { networks } = client;
    const [web, db] = [await natNetwork(client), await natNetwork(client, "db", "10.98.0.0/24")];
    const found = async (query: Parameters<typeof networks.list>[0]) =>
      (await networks.list(query)).map(({ ID }) => ID).sort();
    assert.deepEqual(await found({}), [web.ID, db.ID].sort());
    assert.deepEqual(await found({ name: "db" }), [db.ID]);
    assert.deepEqual(await found({ id: guid(web.ID.toUpperCase()) }), [web.ID]);
    assert.deepEqual(await found({ owner: OWNER }), [web.ID, db.ID].sort());
    assert.deepEqual(await found({ owner: "somebody else" }), []);
    assert.deepEqual(await found({ owner: OWNER, name: "web" }), [web.ID]);
  });

  test("that are not there are not found", async ({ networks }) => {
    const error = await fails(networks.get(newGuid()), "not-found", 0x803b0001);
    assert.ok(error.isNotFound);
    assert.match(error.message, /HcnOpenNetwork.*HCN_E_NETWORK_NOT_FOUND 0x803b0001/);
  });

  test("are deleted, and deleting them again is no error", async (client) => {
    const { ID } = await natNetwork(client);
    await client.networks.delete(ID);
    await fails(client.networks.get(ID), "not-found");
    await client.networks.delete(ID);
    assert.deepEqual(await client.networks.list(), []);
  });

  test("cannot be made twice", async (client) => {
    const { ID } = await natNetwork(client);
    const same = client.networks.create({ ID, Name: "other", Type: "Internal" });
    const error = await fails(same, "conflict", 0x803b0010);
    assert.ok(error.isExists);
    assert.match(error.request ?? "", new RegExp(ID));
  });

  test("need an adapter that is there, where they are external", async ({ networks }) => {
    const wanted = {
      Name: "wire",
      Type: "L2Bridge",
      Policies: [{ Type: "NetAdapterName", Settings: { NetworkAdapterName: "no such adapter" } }],
      Ipams: [{ Type: "Static", Subnets: [{ IpAddressPrefix: "10.97.0.0/24" }] }],
    } as const;
    await fails(networks.create(wanted), "not-found", 0x803b0006);
    assert.deepEqual(await networks.list(), []);
  });

  test("take policies of their own", async (client) => {
    const { networks } = client;
    const { ID } = await natNetwork(client);
    const set = (Values: string) =>
      ({ Type: "SetPolicy", Settings: { Id: "set-1", Name: "peers", PolicyType: "IPSET", Values } }) as const;
    const policies = async () => ((await networks.get(ID)).Policies ?? []).filter(({ Type }) => Type === "SetPolicy");
    const change = (RequestType: "Add" | "Update" | "Remove", Values: string) =>
      networks.modify(ID, { ResourceType: "Policy", RequestType, Settings: { Policies: [set(Values)] } });
    await change("Add", "10.0.0.1");
    assert.deepEqual(await policies(), [set("10.0.0.1")]);
    await change("Update", "10.0.0.1,10.0.0.2");
    assert.deepEqual(await policies(), [set("10.0.0.1,10.0.0.2")]);
    await change("Remove", "10.0.0.1,10.0.0.2");
    assert.deepEqual(await policies(), []);
  });

  test("take their endpoints with them", async (client) => {
    const { ID } = await natNetwork(client);
    await endpointOf(client, ID);
    await client.networks.delete(ID);
    assert.deepEqual(await client.endpoints.list(), []);
  });
}
