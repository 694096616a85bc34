import assert from "node:assert/strict";
import { newGuid } from "../../hcn/guid.ts";
import type { EndpointPolicy } from "../../hcn/policies/endpoint-policy.ts";
import { fails } from "./fails.ts";
import type { HcnCase } from "./hcn-case.ts";
import { addresses, endpointOf, natNetwork, OWNER } from "./objects.ts";

const allow = (RemotePorts: string): EndpointPolicy => ({
  Type: "ACL",
  Settings: { Action: "Allow", Direction: "Out", Protocols: "6", RemotePorts, Priority: 200 },
});

export function endpointCases(test: HcnCase): void {
  test("get an address, a MAC address and the way out of their network", async (client) => {
    const { ID } = await natNetwork(client);
    const [one, two] = [await endpointOf(client, ID), await endpointOf(client, ID)];
    for (const endpoint of [one, two]) {
      assert.equal(endpoint.HostComputeNetwork, ID);
      assert.match(String(addresses(endpoint)), /^10\.99\.0\.(?!0$|1$|255$)\d+$/);
      assert.match(endpoint.MacAddress ?? "", /^([0-9A-F]{2}-){5}[0-9A-F]{2}$/i);
      assert.deepEqual(
        endpoint.Routes?.map(({ NextHop }) => NextHop),
        ["10.99.0.1"],
      );
    }
    assert.notDeepEqual(addresses(one), addresses(two));
    assert.notEqual(one.MacAddress, two.MacAddress);
  });

  test("keep the address and the MAC address that are asked for", async (client) => {
    const network = await natNetwork(client);
    const made = await client.endpoints.create({
      ID: newGuid(),
      Name: "web1",
      Owner: OWNER,
      HostComputeNetwork: network.ID,
      IpConfigurations: [{ IpAddress: "10.99.0.77", PrefixLength: 24 }],
      MacAddress: "00-15-5D-12-34-56",
    });
    assert.deepEqual([addresses(made), made.MacAddress], [["10.99.0.77"], "00-15-5D-12-34-56"]);
    assert.deepEqual(await client.endpoints.get(made.ID), made);
  });

  test("cannot have an address of no subnet, or somebody else's", async (client) => {
    const { ID } = await natNetwork(client);
    await endpointOf(client, ID, "10.99.0.9");
    await fails(endpointOf(client, ID, "10.1.1.1"), "invalid", 0x803b001e);
    await fails(endpointOf(client, ID, "10.99.0.9"), "conflict", 0x803b002f);
    assert.equal((await client.endpoints.list()).length, 1);
  });

  test("need a network", async (client) => {
    await fails(endpointOf(client, newGuid()), "not-found", 0x803b0001);
    await fails(client.endpoints.get(newGuid()), "not-found", 0x803b0002);
  });

  test("are found by their network", async (client) => {
    const [web, db] = [await natNetwork(client), await natNetwork(client, "db", "10.98.0.0/24")];
    const [one, two, other] = [
      await endpointOf(client, web.ID),
      await endpointOf(client, web.ID),
      await endpointOf(client, db.ID),
    ];
    const ids = async (network: typeof web.ID) => (await client.endpoints.list({ network })).map(({ ID }) => ID).sort();
    assert.deepEqual(await ids(web.ID), [one.ID, two.ID].sort());
    assert.deepEqual(await ids(db.ID), [other.ID]);
    assert.deepEqual(await client.endpoints.list({ network: newGuid() }), []);
  });

  test("take policies, replace those of a type, and lose those that are told exactly", async (client) => {
    const { endpoints } = client;
    const network = await natNetwork(client);
    const { ID } = await endpointOf(client, network.ID);
    const change = (RequestType: "Add" | "Update" | "Remove", ...Policies: readonly EndpointPolicy[]) =>
      endpoints.modify(ID, { ResourceType: "Policy", RequestType, Settings: { Policies } });
    const policies = async () => (await endpoints.get(ID)).Policies ?? [];
    await change("Add", allow("80"), allow("443"));
    assert.deepEqual(await policies(), [allow("80"), allow("443")]);
    await change("Remove", allow("80"));
    assert.deepEqual(await policies(), [allow("443")]);
    await change("Update", allow("1"), allow("2"));
    assert.deepEqual(await policies(), [allow("1"), allow("2")]);
    const error = await fails(change("Remove", allow("443")), "not-found", 0x803b0008);
    assert.equal(error.isNotFound, false, "the endpoint is there");
  });

  test("do not take the word Any for an address", async (client) => {
    const network = await natNetwork(client);
    const { ID } = await endpointOf(client, network.ID);
    const policy = { Type: "ACL", Settings: { Action: "Allow", Direction: "In", RemoteAddresses: "Any" } } as const;
    const attempt = client.endpoints.modify(ID, {
      ResourceType: "Policy",
      RequestType: "Add",
      Settings: { Policies: [policy] },
    });
    await fails(attempt, "invalid", 0x803b000d);
  });

  test("publish ports that nobody else has, and get one where none is named", async (client) => {
    const network = await natNetwork(client);
    const publish = (ExternalPort: number) =>
      client.endpoints.create({
        ID: newGuid(),
        HostComputeNetwork: network.ID,
        Policies: [{ Type: "PortMapping", Settings: { Protocol: 6, InternalPort: 80, ExternalPort } }],
      });
    const ports = ({ Policies = [] }: Awaited<ReturnType<typeof publish>>) =>
      Policies.flatMap((policy) => (policy.Type === "PortMapping" ? [policy.Settings.ExternalPort] : []));
    assert.deepEqual(ports(await publish(8080)), [8080]);
    const error = await fails(publish(8080), "conflict", 0x803b0013);
    assert.ok(error.isExists);
    const [chosen = 0] = ports(await publish(0));
    assert.ok(chosen > 0 && chosen !== 8080, `port ${chosen}`);
    assert.equal((await client.endpoints.list()).length, 2);
  });

  test("have counters", async (client) => {
    const network = await natNetwork(client);
    const { ID } = await endpointOf(client, network.ID);
    for (const value of Object.values(await client.endpointStatistics(ID))) assert.ok(value >= 0);
    await fails(client.endpointStatistics(newGuid()), "not-found");
  });

  test("change one after the other, however many ask at once", async (client) => {
    const network = await natNetwork(client);
    const { ID } = await endpointOf(client, network.ID);
    const ports = Array.from({ length: 20 }, (_, at) => allow(String(1000 + at)));
    await Promise.all(
      ports.map((policy) =>
        client.endpoints.modify(ID, {
          ResourceType: "Policy",
          RequestType: "Add",
          Settings: { Policies: [policy] },
        }),
      ),
    );
    assert.deepEqual((await client.endpoints.get(ID)).Policies, ports);
  });
}
