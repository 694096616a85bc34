import assert from "node:assert/strict";
import type { PlanningDriver, PortPolicy } from "../contracts/driver.ts";
import type { HostFacts } from "../contracts/platform.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { Family, Network } from "../model/network.ts";
import { type OwnerRef, sameOwner } from "../model/owner.ts";
import type { PublishedPort } from "../model/port.ts";
import type { Resource } from "../model/resource.ts";
import { type NetworkSample, type SampleMaker, sampleMaker } from "./driver-samples.ts";
import type { TestRunner } from "./test-runner.ts";

/** A driver, and what the suite has to know of it. */
export interface DriverSubject {
  /** For each test a new one. */
  readonly create: () => PlanningDriver;
  readonly host: HostFacts;
  /** What namespaces of sandboxes are called on this host; the suite adds a number. */
  readonly namespace: string;
  /** Families that the driver's networks can have. Default: both. */
  readonly families?: readonly Family[];
  /** Networks of every sort, by name. Each is valid, and any two of them have names of their own on the host. */
  readonly networks: Readonly<Record<string, NetworkSample>>;
  /** Options of endpoints that are valid, by name. */
  readonly endpoints?: Readonly<Record<string, Pick<Endpoint, "options">>>;
  /** Each with one fault; the message has to name the option, or else these words. */
  readonly refused?: readonly (NetworkSample & { readonly naming?: string })[];
  /** Options of endpoints, each with one fault. */
  readonly refusedEndpoints?: readonly Readonly<Record<string, string>>[];
  /** Pairs that cannot be on one host. */
  readonly clashes?: Readonly<Record<string, readonly [NetworkSample, NetworkSample]>>;
  /** Pairs that can. */
  readonly together?: Readonly<Record<string, readonly [NetworkSample, NetworkSample]>>;
}

const UNKNOWN = "org.example.no-such-option";
const BOTH: readonly Family[] = [4, 6];

/**
 * What every driver that plans has to do: decide by what it is told alone, and say whose each host object is.
 *
 * @example
 * driverConformance("bridge", { create: () => bridge({}, parts), host, namespace: "/run/cnm/netns/", networks: { plain: {} } }, { describe, it });
 */
export function driverConformance(name: string, subject: DriverSubject, { describe, it }: TestRunner): void {
  const open = (): Case => {
    const driver = subject.create();
    const { families = BOTH, host, namespace } = subject;
    return { driver, make: sampleMaker(driver, { families, host, namespace }), host };
  };
  const test = (title: string, body: (given: Case) => void) => it(title, () => body(open()));
  const samples = Object.entries(subject.networks);

  describe(`driver ${name}`, () => {
    test("tells its name", ({ driver }) => assert.equal(driver.name, name));
    describe("options", () => optionCases(test, subject));
    for (const [title, sample] of samples) {
      describe(`a network: ${title}`, () => {
        networkCases(test, sample);
        planCases(test, sample);
        for (const [what, { options }] of Object.entries({ plain: { options: {} }, ...subject.endpoints })) {
          describe(`an endpoint: ${what}`, () => endpointCases(test, sample, options));
        }
      });
    }
    describe("several networks", () => severalCases(test, subject));
  });
}

interface Case {
  readonly driver: PlanningDriver;
  readonly make: SampleMaker;
  readonly host: HostFacts;
}

type Test = (title: string, body: (given: Case) => void) => unknown;

function optionCases(test: Test, { networks, refused = [], refusedEndpoints = [] }: DriverSubject): void {
  const [plain = {}] = Object.values(networks);

  test("that are unknown are named", ({ driver, make }) => {
    named(driver.networkFaults(make.draft({ ...plain, options: { ...plain.options, [UNKNOWN]: "1" } }, 1)), [UNKNOWN]);
    if (driver.singleton === true) return;
    const draft = { options: { [UNKNOWN]: "1" }, ports: [] };
    named(driver.endpointFaults(draft, make.network(plain, 1)), [UNKNOWN]);
  });

  for (const sample of refused) {
    const { naming, ...network } = sample;
    const words = naming === undefined ? Object.keys(sample.options ?? {}) : [naming];
    test(`that are wrong are named: ${JSON.stringify(network)}`, ({ driver, make }) => {
      const faults = driver.networkFaults(make.draft(network, 1));
      assert.ok(faults.length > 0, "a fault was due");
      assert.ok(
        words.some((word) => faults.some((fault) => fault.includes(word))),
        `${faults.join("; ")} names none of ${words.join(", ")}`,
      );
    });
  }

  for (const options of refusedEndpoints) {
    test(`of endpoints that are wrong are named: ${JSON.stringify(options)}`, ({ driver, make }) => {
      named(driver.endpointFaults({ options, ports: [] }, make.network(plain, 1)), Object.keys(options));
    });
  }

  test("are all looked at, whatever is wrong with the first", ({ driver, make }) => {
    const others = refused.filter(
      ({ naming, options }) => naming === undefined && Object.keys(options ?? {}).length === 1,
    );
    const options = Object.assign({}, ...others.map((one) => one.options), { [UNKNOWN]: "1" });
    const faults = driver.networkFaults(make.draft({ ...plain, options }, 1));
    assert.ok(faults.length >= Object.keys(options).length, faults.join("; "));
    named(faults, Object.keys(options));
  });
}

function networkCases(test: Test, sample: NetworkSample): void {
  test("has no fault", ({ driver, make }) => {
    assert.deepEqual(driver.networkFaults(make.draft(sample, 1)), []);
    assert.deepEqual(driver.endpointFaults({ options: {}, ports: [] }, make.network(sample, 1)), []);
  });

  test("is no clash with itself, nor with another driver's", ({ driver, make }) => {
    const network = make.network(sample, 1);
    assert.equal(driver.networkClash?.(network, [network]), undefined);
    const foreign: Network = { ...make.network({}, 2), driver: "org.example.other" };
    assert.equal(driver.networkClash?.(network, [foreign]), undefined);
  });

  test("is answered the same when asked again, and by another instance", ({ driver, make }) => {
    const draft = make.draft(sample, 1);
    const network = make.network(sample, 1);
    const endpoint = make.endpoint(network, 1);
    const answers = (asked: PlanningDriver, of: Network) => ({
      needs: asked.needs?.(draft),
      gateway: BOTH.map((family) => asked.needsGateway(draft, family)),
      addresses: BOTH.map((family) => asked.needsAddresses?.(draft, family)),
      offers: BOTH.map((family) => asked.offersGateway(of, family, endpoint)),
      sharesMac: asked.sharesMac?.(of),
      prefix: asked.interfacePrefix(of),
      ports: asked.portPolicy(of),
    });
    const first = answers(driver, network);
    assert.deepEqual(answers(driver, network), first);
    assert.deepEqual(answers(driver, again(network)), first);
  });

  test("names interfaces, and says why a family publishes no ports", ({ driver, make }) => {
    const network = make.network(sample, 1);
    assert.match(driver.interfacePrefix(network), /^\S+$/);
    for (const policy of policies(driver.portPolicy(network))) {
      if (policy.mode === "none") assert.notEqual(policy.reason.trim(), "");
      if (policy.mode === "bind") assert.notEqual(policy.address, "");
    }
  });

  test("offers no way out of an internal network, nor publishes its ports", ({ driver, make }) => {
    const network = make.network({ ...sample, internal: true }, 1);
    const endpoint = make.endpoint(network, 1);
    for (const family of BOTH) assert.equal(driver.offersGateway(network, family, endpoint), false);
    for (const { mode } of policies(driver.portPolicy(network))) assert.equal(mode, "none");
  });
}

function planCases(test: Test, sample: NetworkSample): void {
  test("is planned of its record alone", ({ driver, make, host }) => {
    const network = make.network(sample, 1);
    const plan = driver.planNetwork(network, host);
    driver.planNetwork(make.network(sample, 2), host);
    assert.deepEqual(driver.planNetwork(network, host), plan);
    assert.deepEqual(driver.planNetwork(again(network), { ...host }), plan, "from the store");
  });

  test("plans objects that are plain data, each of its own key, with an owner", ({ driver, make, host }) => {
    const network = make.network(sample, 1);
    sound(driver.planNetwork(network, host), { kind: "network", id: network.id });
  });

  test("has none of its own in common with another network", ({ driver, make, host }) => {
    // Options that name host objects name the same ones, so these are left out.
    const { options: _, ...plain } = sample;
    const plans = [1, 2].map((number) => own(driver.planNetwork(make.network(plain, number), host)));
    distinct(plans.flat());
  });
}

function endpointCases(test: Test, sample: NetworkSample, options: Endpoint["options"]): void {
  const variants = (driver: PlanningDriver, make: SampleMaker, network: Network): readonly Partial<Endpoint>[] => {
    const leads = (family: Family): boolean =>
      driver.offersGateway(network, family, make.endpoint(network, 1)) && network.ipam.pools.length > 0;
    return [{}, { gateway: { ipv4: leads(4), ipv6: leads(6) }, ports: portsOf(driver.portPolicy(network)) }].map(
      (more) => ({ ...more, options }),
    );
  };
  const each =
    (body: (given: Case & { readonly network: Network; readonly more: Partial<Endpoint> }) => void) =>
    ({ driver, make, host }: Case): void => {
      const network = make.network(sample, 1);
      for (const more of variants(driver, make, network)) body({ driver, make, host, network, more });
    };

  test("has no fault", ({ driver, make }) => {
    assert.deepEqual(driver.endpointFaults({ options, ports: [] }, make.network(sample, 1)), []);
  });

  test(
    "is planned of its records alone, whatever else was planned before",
    each(({ driver, make, network, more }) => {
      const endpoint = make.endpoint(network, 1, more);
      const context = make.context(network, 1);
      const plan = driver.planEndpoint(endpoint, context);
      const other = make.network(sample, 2);
      driver.planEndpoint(make.endpoint(network, 2, more), make.context(network, 2));
      driver.planEndpoint(make.endpoint(other, 3, more), make.context(other, 3));
      assert.deepEqual(driver.planEndpoint(endpoint, context), plan);
      assert.deepEqual(driver.planEndpoint(again(endpoint), again(context)), plan, "from the store");
    }),
  );

  test(
    "plans objects that are plain data, each of its own key, with an owner",
    each(({ driver, make, network, more }) => {
      const endpoint = make.endpoint(network, 1, more);
      sound(driver.planEndpoint(endpoint, make.context(network, 1)), { kind: "endpoint", id: endpoint.id });
    }),
  );

  test(
    "has none of its own in common with its network or another endpoint",
    each(({ driver, make, host, network, more }) => {
      const { ports: _, ...rest } = more;
      const plans = [1, 2].map((number) =>
        driver.planEndpoint(make.endpoint(network, number, rest), make.context(network, number)),
      );
      distinct([...own(driver.planNetwork(network, host)), ...plans.flatMap(own)]);
    }),
  );

  test(
    "needs no more of what is shared than can be told apart by key",
    each(({ driver, make, host, network, more }) => {
      const plans = [1, 2].flatMap((number) =>
        driver.planEndpoint(make.endpoint(network, number, more), make.context(network, number)),
      );
      const shared = new Map<string, Resource>();
      for (const resource of [...driver.planNetwork(network, host), ...plans]) {
        if (resource.shared !== true) continue;
        assert.deepEqual(resource, shared.get(resource.key) ?? resource);
        shared.set(resource.key, resource);
      }
    }),
  );

  test(
    "needs the same of a further segment as all others on it, and on the first one nothing of the kind",
    each(({ driver, make, network, more }) => {
      if (driver.segmentSize?.(network) === undefined) return;
      const plan = (number: number, segment: number): readonly Resource[] => {
        const endpoint = { ...make.endpoint(network, number, more), segment };
        const planned = driver.planEndpoint(endpoint, make.context(network, number));
        sound(planned, { kind: "endpoint", id: endpoint.id });
        return planned;
      };
      const further = (resources: readonly Resource[]) =>
        resources.filter(({ shared, owner }) => shared === true && owner.kind === "network");
      assert.deepEqual(further(plan(1, 0)), []);
      assert.notDeepEqual(further(plan(1, 1)), []);
      assert.deepEqual(further(plan(1, 1)), further(plan(2, 1)));
      distinct([...further(plan(1, 1)), ...further(plan(1, 2))]);
    }),
  );
}

function severalCases(test: Test, { clashes = {}, together = {}, networks }: DriverSubject): void {
  test("of different samples have none of their own in common", ({ driver, make, host }) => {
    const all = Object.values(networks).map((sample, number) => make.network(sample, number + 1));
    if (driver.singleton !== true) distinct(all.flatMap((network) => own(driver.planNetwork(network, host))));
  });

  for (const [title, [one, other]] of Object.entries(clashes)) {
    test(`clash, and both are named: ${title}`, ({ driver, make }) => {
      const [first, second] = [make.network(one, 1), make.network(other, 2)];
      for (const [network, others] of [
        [first, [second]],
        [second, [first]],
      ] as const) {
        const error = driver.networkClash?.(network, others);
        assert.ok(error instanceof CnmError, "a CnmError was due");
        assert.equal(error.kind, "forbidden", error.message);
        for (const { name } of [first, second]) assert.ok(error.message.includes(name), error.message);
      }
    });
  }

  for (const [title, [one, other]] of Object.entries(together)) {
    test(`are no clash: ${title}`, ({ driver, make }) => {
      const [first, second] = [make.network(one, 1), make.network(other, 2)];
      assert.equal(driver.networkClash?.(first, [second]), undefined);
      assert.equal(driver.networkClash?.(second, [first]), undefined);
    });
  }
}

/** All that a plan has to be, whatever is in it. */
function sound(plan: readonly Resource[], owner: OwnerRef): void {
  distinct(plan);
  for (const resource of plan) {
    assert.deepEqual(again(resource), resource, "plain data, so that it can be stored");
    assert.notEqual(resource.kind, "");
    const isRight =
      resource.shared === true ? ["host", "network"].includes(resource.owner.kind) : sameOwner(resource.owner, owner);
    assert.ok(isRight, `${resource.key} is ${JSON.stringify(resource.owner)}'s`);
  }
}

function distinct(resources: readonly Resource[]): void {
  const keys = new Set<string>();
  for (const { key } of resources) {
    assert.ok(!keys.has(key), `${key} is planned twice`);
    keys.add(key);
  }
}

function named(faults: readonly string[], words: readonly string[]): void {
  for (const word of words) {
    assert.ok(
      faults.some((fault) => fault.includes(word)),
      `${word} is not named: ${faults.join("; ")}`,
    );
  }
}

const own = (plan: readonly Resource[]): readonly Resource[] => plan.filter(({ shared }) => shared !== true);
const policies = ({ ipv4, ipv6 }: PortPolicy) => [ipv4, ipv6];

/** As it comes out of the store. */
const again = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** One port of each family that publishes any. */
function portsOf({ ipv4, ipv6 }: PortPolicy): readonly PublishedPort[] {
  return [
    { policy: ipv4, any: "0.0.0.0" },
    { policy: ipv6, any: "::" },
  ].flatMap(({ policy, any }) => {
    if (policy.mode === "none") return [];
    const bound = policy.mode === "bind";
    const hostAddress = bound ? policy.address : any;
    return [{ protocol: "tcp" as const, hostAddress, hostPort: bound ? 8080 : 0, targetPort: 80 }];
  });
}
