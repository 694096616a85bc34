import { describe, expect, it } from "vitest";
import { hostComputeEndpoint, type WantedEndpoint } from "../endpoint.ts";
import { newGuid } from "../guid.ts";
import { type HnsVersion, hnsVersion } from "../hns-version.ts";
import { hostComputeLoadBalancer, LoadBalancerFlags, type WantedLoadBalancer } from "../load-balancer.ts";
import { networkModify } from "../modify.ts";
import { hostComputeNetwork, NetworkFlags, type WantedNetwork } from "../network.ts";
import type { EndpointPolicy } from "../policies/endpoint-policy.ts";
import type { NetworkPolicy } from "../policies/network-policy.ts";
import { fitDocument } from "./fit-document.ts";

const SERVER_2019 = hnsVersion(9, 5);
const SERVER_2004 = hnsVersion(11, 10);
const SERVER_2022 = hnsVersion(14, 0);
const SERVER_2025 = hnsVersion(15, 5);

const endpoint = (wanted: Omit<WantedEndpoint, "HostComputeNetwork">, version: HnsVersion) =>
  fitDocument("endpoint web1", hostComputeEndpoint, { HostComputeNetwork: newGuid(), ...wanted }, version);
const network = (wanted: Omit<WantedNetwork, "Type">, version: HnsVersion) =>
  fitDocument("network web", hostComputeNetwork, { Type: "NAT", ...wanted }, version);
const balancer = (wanted: WantedLoadBalancer, version: HnsVersion) =>
  fitDocument("load balancer vip", hostComputeLoadBalancer, wanted, version);

describe("a document for HNS", () => {
  it("is sent as it is where everything is known", () => {
    const wanted: WantedNetwork = {
      ID: newGuid(),
      Name: "web",
      Type: "L2Bridge",
      Policies: [{ Type: "HostRoute", Settings: {} }],
      Ipams: [
        { Subnets: [{ IpAddressPrefix: "10.0.0.0/24", Policies: [{ Type: "VSID", Settings: { IsolationId: 0 } }] }] },
      ],
      Flags: NetworkFlags.EnableNonPersistent,
    };
    expect(fitDocument("network web", hostComputeNetwork, wanted, SERVER_2019)).toEqual(wanted);
  });

  it("does without hints that the host does not know", () => {
    const IpSubnetId = newGuid();
    const wanted = { IpConfigurations: [{ IpAddress: "10.0.0.2", PrefixLength: 24, IpSubnetId }] };
    expect(endpoint(wanted, SERVER_2004)).toMatchObject(wanted);
    expect(endpoint(wanted, SERVER_2019)).toMatchObject({
      IpConfigurations: [{ IpAddress: "10.0.0.2", PrefixLength: 24 }],
    });
    expect(JSON.stringify(endpoint(wanted, SERVER_2019))).not.toContain("IpSubnetId");
  });

  it("does not hold fields that nobody knows", () => {
    expect(network({ ...{ Colour: "red" }, Name: "web" }, SERVER_2025)).toEqual({ Type: "NAT", Name: "web" });
  });

  const policies: readonly (readonly [EndpointPolicy, HnsVersion, string])[] = [
    [{ Type: "InterfaceParameters", Settings: { Mtu: 1400 } }, SERVER_2019, "≥ 11.10"],
    [{ Type: "VLAN", Settings: { IsolationId: 7 } }, SERVER_2019, "≥ 11.10"],
    [{ Type: "L4WFPPROXY", Settings: { InboundProxyPort: "1" } }, SERVER_2004, "≥ 13.2"],
    [{ Type: "L4Proxy", Settings: { Destination: "10.0.0.0/8" } }, SERVER_2004, "≥ 13.1"],
    [{ Type: "Iov", Settings: { IovOffloadWeight: 1 } }, SERVER_2004, "≥ 14.0"],
    [{ Type: "TierAcl", Settings: { Direction: "In", Order: 1, TierAclRules: [] } }, SERVER_2004, "≥ 14.0"],
    [{ Type: "Firewall", Settings: { VmType: "WSL" } }, SERVER_2022, "≥ 15.0"],
    [{ Type: "ACL", Settings: { Action: "Pass", Direction: "In" } }, SERVER_2004, "≥ 14.0"],
    [{ Type: "ACL", Settings: { Action: "Allow", Direction: "In", Protocols: "6,252" } }, SERVER_2019, "≥ 11.0"],
  ];

  it.each(policies)("with %o needs a newer host than %o", (policy, version, needed) => {
    const send = (version: HnsVersion) => endpoint({ Policies: [policy] }, version);
    expect(send(SERVER_2025)).toMatchObject({ Policies: [policy] });
    expect(() => send(version)).toThrow(expect.objectContaining({ kind: "unsupported", code: "hns-version" }));
    expect(() => send(version)).toThrow(/^Policies\[0\].* of endpoint web1 .*needs HNS /);
    expect(() => send(version)).toThrow(needed);
  });

  const ofNetworks: readonly (readonly [NetworkPolicy, HnsVersion])[] = [
    [{ Type: "VxlanPort", Settings: { Port: 4790 } }, SERVER_2019],
    [{ Type: "SetPolicy", Settings: { Id: "1", Name: "a", PolicyType: "IPSET" } }, SERVER_2004],
    [{ Type: "SetPolicy", Settings: { Id: "1", Name: "a", PolicyType: "NESTEDIPSET" } }, SERVER_2022],
    [{ Type: "NetworkACL", Settings: { Action: "Allow", Direction: "In" } }, SERVER_2022],
  ];

  it.each(ofNetworks)("of a network with %o needs a newer host than %o", (policy, version) => {
    expect(network({ Policies: [policy] }, SERVER_2025)).toMatchObject({ Policies: [policy] });
    expect(() => network({ Policies: [policy] }, version)).toThrow(/^Policies\[0\] of network web needs HNS/);
  });

  it("names the bit and the value that are too new", () => {
    const dsr = { HostComputeEndpoints: [], Flags: LoadBalancerFlags.EnableDirectServerReturn };
    expect(balancer(dsr, SERVER_2019)).toMatchObject(dsr);
    expect(() => balancer(dsr, hnsVersion(10, 1))).toThrow(
      'Flags of load balancer vip "EnableDirectServerReturn" needs HNS 9.3 to 9.x or ≥ 10.2; this host has 10.1',
    );
    const quiet = { Flags: NetworkFlags.DisableHostPort | NetworkFlags.EnableNonPersistent };
    expect(() => network(quiet, SERVER_2022)).toThrow('Flags of network web "DisableHostPort" needs HNS ≥ 15.1');
    const mirrored = { Type: "Mirrored" } as const;
    expect(() => fitDocument("network web", hostComputeNetwork, mirrored, SERVER_2019)).toThrow(
      'Type of network web "Mirrored" needs HNS ≥ 11.10',
    );
  });

  it("of a change is held to the same rules", () => {
    const request = (Settings: unknown, ResourceType: string) => ({ ResourceType, RequestType: "Add", Settings });
    const subnets = request({ Subnets: [{ IpAddressPrefix: "10.1.0.0/24" }] }, "Subnet");
    expect(fitDocument("network web", networkModify, subnets, SERVER_2004)).toEqual(subnets);
    expect(() => fitDocument("network web", networkModify, subnets, SERVER_2019)).toThrow(
      /Settings of network web needs/,
    );
  });

  it("never sends a policy that was only read", () => {
    const other = { Type: "Other", Name: "Fancy", Settings: { a: 1 } } as const;
    expect(() => endpoint({ Policies: [other] }, SERVER_2025)).toThrow(
      expect.objectContaining({ kind: "invalid", code: "hcn-document" }),
    );
  });
});
