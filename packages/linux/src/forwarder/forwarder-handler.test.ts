import type { HeldPort } from "@cnm/core";
import { beforeEach, describe, expect, it } from "vitest";
import type { Libc } from "../ffi/libc.ts";
import type { LinuxPortHolder } from "../ports/port-holder.ts";
import type { ResourceHandler } from "../resources/handler.ts";
import type { ForwarderResource } from "../resources/resource.ts";
import { SO_DETACH_FILTER } from "../sockets/constants.ts";
import type { Carrier } from "./carrier.ts";
import { forwarderHandler } from "./forwarder-handler.ts";

const FD = 7;
const resource: ForwarderResource = {
  kind: "forwarder",
  key: "tcp [::1]:8080",
  owner: { kind: "endpoint", id: "e1" },
  protocol: "tcp",
  address: "::1",
  port: 8080,
  target: "10.7.0.2",
  targetPort: 80,
};

/** What a kill after each step would leave behind. */
let steps: string[];
let failing: boolean;
let handler: ResourceHandler<ForwarderResource>;

beforeEach(() => {
  steps = [];
  failing = false;
  const libc = {
    memset: () => 0,
    setsockopt: (_: number, __: number, option: number) => {
      steps.push(option === SO_DETACH_FILTER ? "open" : "closed");
      return 0;
    },
  } as unknown as Libc;
  const holder = {
    descriptor: ({ address }: HeldPort) => (address === resource.address ? FD : undefined),
  } as unknown as LinuxPortHolder;
  const carrier = {
    start: async () => {
      if (failing) throw new Error("no process");
      steps.push("carried");
    },
    stop: async () => void steps.push("not carried"),
  } as unknown as Carrier;
  handler = forwarderHandler({ libc, holder, carrier });
});

const apply = (remove: readonly ForwarderResource[], add: readonly ForwarderResource[]) =>
  handler.apply({ remove, add } as Parameters<typeof handler.apply>[0]);

describe("what is carried is open", () => {
  it("from before its beginning", async () => {
    await apply([], [resource]);
    expect(steps).toEqual(["open", "carried"]);
  });

  it("until after its end", async () => {
    await apply([resource], []);
    expect(steps).toEqual(["not carried", "closed"]);
  });

  it("and what could not be carried is closed", async () => {
    failing = true;
    await expect(apply([], [resource])).rejects.toThrow("no process");
    expect(steps).toEqual(["open", "closed"]);
  });
});
