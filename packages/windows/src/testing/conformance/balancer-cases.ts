import assert from "node:assert/strict";
import { supports } from "../../hcn/features.ts";
import { type Guid, newGuid } from "../../hcn/guid.ts";
import type { HcnClient } from "../../hcn/hcn-client.ts";
import { fails } from "./fails.ts";
import type { HcnCase } from "./hcn-case.ts";
import { endpointOf, natNetwork, OWNER } from "./objects.ts";

export function balancerCases(test: HcnCase): void {
  test("stand before endpoints", async (client) => {
    const [one, two] = await twoEndpoints(client);
    const made = await client.loadBalancers.create(balancer("10.99.0.200", 80, [one, two]));
    assert.deepEqual([...made.HostComputeEndpoints].sort(), [one, two].sort());
    assert.deepEqual(made.FrontendVIPs, ["10.99.0.200"]);
    assert.deepEqual(
      made.PortMappings?.map(({ Protocol, InternalPort, ExternalPort }) => [Protocol, InternalPort, ExternalPort]),
      [[6, 8080, 80]],
    );
    assert.deepEqual(await client.loadBalancers.list({ owner: OWNER }), [made]);
    await client.loadBalancers.delete(made.ID);
    assert.deepEqual(await client.loadBalancers.list(), []);
  });

  test("need their endpoints, and a port of their own", async (client) => {
    const [one] = await twoEndpoints(client);
    const { loadBalancers } = client;
    await fails(loadBalancers.create(balancer("10.99.0.200", 80, [newGuid()])), "not-found", 0x803b0002);
    await loadBalancers.create(balancer("10.99.0.200", 80, [one]));
    await fails(loadBalancers.create(balancer("10.99.0.200", 80, [one])), "conflict", 0x803b0013);
    await loadBalancers.create(balancer("10.99.0.201", 80, [one]));
    await fails(loadBalancers.get(newGuid()), "not-found", 0x80070490);
  });

  test("get other endpoints in place, where HNS can do that", async (client) => {
    const [one, two] = await twoEndpoints(client);
    const wanted = balancer("10.99.0.200", 80, [one]);
    const { ID } = await client.loadBalancers.create(wanted);
    const change = client.loadBalancers.modify(ID, { ...wanted, HostComputeEndpoints: [two] });
    if (supports(client.version, "ModifyLoadBalancer")) await change;
    else await assert.rejects(change, /needs HNS ≥ 15\.5/);
    const { HostComputeEndpoints } = await client.loadBalancers.get(ID);
    assert.deepEqual(HostComputeEndpoints, supports(client.version, "ModifyLoadBalancer") ? [two] : [one]);
  });
}

export function routeCases(test: HcnCase): void {
  test("lead where they say, for their endpoints", async (client) => {
    const [one, two] = await twoEndpoints(client);
    const Routes = [{ DestinationPrefix: "10.50.0.0/16", NextHop: "10.99.0.1", NeedEncap: true }];
    const made = await client.routes.create({ ID: newGuid(), Owner: OWNER, HostComputeEndpoints: [one, two], Routes });
    assert.deepEqual([...made.HostComputeEndpoints].sort(), [one, two].sort());
    assert.deepEqual(
      made.Routes?.map(({ DestinationPrefix, NeedEncap }) => [DestinationPrefix, NeedEncap]),
      [["10.50.0.0/16", true]],
    );
    assert.deepEqual(await client.routes.list(), [made]);
    await client.routes.delete(made.ID);
    await fails(client.routes.get(made.ID), "not-found", 0x80070490);
  });

  test("need their endpoints", async ({ routes }) => {
    const Routes = [{ DestinationPrefix: "10.50.0.0/16", NextHop: "10.99.0.1" }];
    await fails(routes.create({ HostComputeEndpoints: [newGuid()], Routes }), "not-found", 0x803b0002);
  });
}

async function twoEndpoints(client: HcnClient): Promise<readonly [Guid, Guid]> {
  const network = await natNetwork(client);
  return [(await endpointOf(client, network.ID)).ID, (await endpointOf(client, network.ID)).ID];
}

const balancer = (vip: string, port: number, HostComputeEndpoints: readonly Guid[]) =>
  ({
    ID: newGuid(),
    Owner: OWNER,
    HostComputeEndpoints,
    FrontendVIPs: [vip],
    PortMappings: [{ Protocol: 6, InternalPort: 8080, ExternalPort: port }],
  }) as const;
