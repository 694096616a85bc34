import assert from "node:assert/strict";
import type { TestRunner } from "@cnm/core/testing";
import type { HcnClient } from "../hcn/hcn-client.ts";
import { balancerCases, routeCases } from "./conformance/balancer-cases.ts";
import { endpointCases } from "./conformance/endpoint-cases.ts";
import type { HcnCase } from "./conformance/hcn-case.ts";
import { namespaceCases } from "./conformance/namespace-cases.ts";
import { networkCases } from "./conformance/network-cases.ts";
import { notificationCases } from "./conformance/notification-cases.ts";
import { natNetwork, removeAll } from "./conformance/objects.ts";

/**
 * What every HCN client has to do, the fake one as well as the real one. It deletes all objects of the HNS that it is given.
 *
 * @param openClient For each test; closed by the suite.
 * @example hcnConformance({ describe, it }, async () => fakeHcn());
 */
export function hcnConformance({ describe, it }: TestRunner, openClient: () => Promise<HcnClient>): void {
  const test: HcnCase = (name, body) =>
    it(name, async () => {
      const client = await openClient();
      try {
        await removeAll(client);
        await body(client);
        await removeAll(client);
      } finally {
        await client.close();
      }
    });

  describe("an HCN client", () => {
    describe("networks", () => networkCases(test));
    describe("endpoints", () => endpointCases(test));
    describe("namespaces", () => namespaceCases(test));
    describe("load balancers", () => balancerCases(test));
    describe("routes", () => routeCases(test));
    describe("notifications", () => notificationCases(test));
    test("does nothing more when the signal has aborted", async (client) => {
      const signal = AbortSignal.abort(new Error("enough"));
      await assert.rejects(client.networks.list({}, { signal }), /enough/);
      await assert.rejects(client.networks.create({ Name: "late", Type: "Internal" }, { signal }), /enough/);
      const { ID } = await natNetwork(client);
      await assert.rejects(client.networks.delete(ID, { signal }), /enough/);
      assert.deepEqual(
        (await client.networks.list()).map((network) => network.ID),
        [ID],
      );
    });
  });
}
