import { describe, expect, it } from "vitest";
import type { PlanningDriver } from "../contracts/driver.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { Resource } from "../model/resource.ts";
import { type DriverSubject, driverConformance } from "./driver-conformance.ts";
import { FAKE_BRIDGE_NAME, fakeBridge } from "./fake-bridge.ts";

const SUBJECT: DriverSubject = {
  create: fakeBridge,
  host: { id: "test", ipv6: true, mtu: 1500 },
  namespace: "/fake/box",
  networks: { plain: {}, internal: { internal: true }, "IPv4 only": { families: [4] } },
  endpoints: { flavour: { options: { "fake.flavour": "sour" } } },
  refused: [{ families: [], naming: "neither IPv4 nor IPv6" }],
  refusedEndpoints: [{ "fake.colour": "red" }],
  clashes: { "one bridge": [{ options: { [FAKE_BRIDGE_NAME]: "b0" } }, { options: { [FAKE_BRIDGE_NAME]: "b0" } }] },
  together: { "two plain ones": [{}, {}] },
};

driverConformance("bridge", { ...SUBJECT, create: soundBridge }, { describe, it });

/** The fake one finds a clash with itself, which no controller asks for. */
function soundBridge(): PlanningDriver {
  const driver = fakeBridge();
  const networkClash: PlanningDriver["networkClash"] = (network, others) =>
    driver.networkClash?.(
      network,
      others.filter(({ id, driver: name }) => id !== network.id && name === "bridge"),
    );
  return { ...driver, networkClash };
}

let count = 0;

/** Drivers that are wrong in one way, and a part of the title of a test that has to find it. */
const WRONG: Readonly<Record<string, readonly [wrong: Partial<PlanningDriver>, found: string]>> = {
  "another name": [{ name: "bride" }, "tells its name"],
  "takes any option": [{ networkFaults: () => [] }, "that are unknown are named"],
  "takes any option of endpoints": [{ endpointFaults: () => [] }, "of endpoints that are wrong are named"],
  "finds fault with everything": [{ networkFaults: () => ["no"] }, "has no fault"],
  "names no option": [{ networkFaults: ({ options }) => Object.keys(options).map(() => "wrong") }, "that are unknown"],
  "plans of a counter": [
    { planNetwork: (network) => [resource(network.id, "network", `link br${count++}`)] },
    "is planned of its record alone",
  ],
  "plans the same for all": [
    { planNetwork: (network) => [resource(network.id, "network", "link br0")] },
    "has none of its own in common with another network",
  ],
  "plans a thing twice": [
    { planNetwork: ({ id }) => [resource(id, "network", `link ${id}`), resource(id, "network", `link ${id}`)] },
    "each of its own key",
  ],
  "leaves the owner open": [{ planEndpoint: ({ id }) => [resource("", "network", `link ${id}`)] }, "with an owner"],
  "endpoints that get in each other's way": [
    { planEndpoint: ({ id, networkId }) => [resource(id, "endpoint", `veth of ${networkId}`)] },
    "has none of its own in common with its network or another endpoint",
  ],
  "plans what cannot be stored": [
    { planEndpoint: ({ id }) => [Object.assign(resource(id, "endpoint", `link ${id}`), { at: new Date(0) })] },
    "plain data",
  ],
  "alters records": [
    {
      planNetwork: (network) => {
        Object.assign(network.options, { seen: "yes" });
        return [];
      },
    },
    "is planned of its record alone",
  ],
  "leads out of internal networks": [{ offersGateway: () => true }, "offers no way out of an internal network"],
  "no clash": [{ networkClash: () => undefined }, "clash, and both are named"],
  "a clash that names one only": [
    { networkClash: ({ name }) => new CnmError("forbidden", "bridge-in-use", `not ${name}`) },
    "clash, and both are named",
  ],
  "a clash with everything": [
    { networkClash: ({ name }, [other]) => new CnmError("forbidden", "bridge-in-use", `${name} ${other?.name}`) },
    "are no clash",
  ],
};

function resource(id: string, kind: "network" | "endpoint", key: string): Resource {
  return { kind: "link", key, owner: { kind, id } };
}

describe("the conformance suite of drivers finds one that", () => {
  for (const [what, [wrong, found]] of Object.entries(WRONG)) {
    it(what, () => {
      const failed = failures(() => ({ ...soundBridge(), ...wrong }));
      expect(
        failed.some((title) => title.includes(found)),
        failed.join("\n"),
      ).toBe(true);
    });
  }

  it("nothing is wrong with: none of its tests fails", () => expect(failures(soundBridge)).toEqual([]));
});

/** The titles of the tests that fail. */
function failures(create: () => PlanningDriver): readonly string[] {
  const failed: string[] = [];
  driverConformance(
    "bridge",
    { ...SUBJECT, create },
    {
      describe: (_, body) => body(),
      it: (title, body) => {
        try {
          void body();
        } catch {
          failed.push(title);
        }
      },
    },
  );
  return failed;
}
