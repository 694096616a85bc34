import { describe, expect, it } from "vitest";
import { hostComputeEndpoint } from "../endpoint.ts";
import { hostComputeNetwork } from "../network.ts";
import { hostComputeRoute } from "../route.ts";
import { jsonText } from "./json-text.ts";
import { readDocument } from "./read-document.ts";

const ID = "0F5B0B2C-1A2B-4C3D-8E9F-A0B1C2D3E4F5";
const id = ID.toLowerCase();

const network = (document: object) => readDocument("network", hostComputeNetwork, JSON.stringify(document));
const endpoint = (document: object) =>
  readDocument("endpoint", hostComputeEndpoint, JSON.stringify({ ID, HostComputeNetwork: ID, ...document }));

describe("a document of HNS", () => {
  it("has its defaults, whether HNS wrote them or not", () => {
    expect(network({ ID })).toEqual({ ID: id, Type: "NAT" });
    expect(network({ ID, Name: "", Owner: null, Policies: [] })).toEqual({ ID: id, Type: "NAT", Policies: [] });
    expect(endpoint({ HostComputeNamespace: "00000000-0000-0000-0000-000000000000" })).toEqual({
      ID: id,
      HostComputeNetwork: id,
    });
  });

  it("has values by name or by number, and bits by sum or by names", () => {
    expect(network({ ID, Type: 3, Flags: "EnableNonPersistent, DisableHostPort" })).toMatchObject({
      Type: "L2Bridge",
      Flags: 8 | 1024,
    });
    expect(network({ ID, Type: "l2bridge", Flags: "None" })).toMatchObject({ Type: "L2Bridge", Flags: 0 });
    const settings = { Protocol: "TCP", InternalPort: 80, ExternalPort: 8080 };
    expect(endpoint({ Policies: [{ Type: "PortMapping", Settings: settings }] }).Policies).toEqual([
      { Type: "PortMapping", Settings: { ...settings, Protocol: 6 } },
    ]);
  });

  it("keeps policies that nobody knows, or that have changed, under another type", () => {
    const policies = [
      { Type: "Fancy", Settings: { a: 1 } },
      { Type: "ACL", Settings: { Action: "Shrug", Direction: "In" } },
    ];
    expect(endpoint({ Policies: policies }).Policies).toEqual([
      { Type: "Other", Name: "Fancy", Settings: { a: 1 } },
      { Type: "Other", Name: "ACL", Settings: { Action: "Shrug", Direction: "In" } },
    ]);
  });

  it("may have other names for its fields", () => {
    const route = { ID, Setting: [{ DestinationPrefix: "10.0.0.0/8" }] };
    expect(readDocument("route", hostComputeRoute, JSON.stringify(route), { Setting: "Routes" })).toEqual({
      ID: id,
      HostComputeEndpoints: [],
      Routes: [{ DestinationPrefix: "10.0.0.0/8" }],
    });
  });

  it("is an error that names the field where it is not as it should be", () => {
    const wrong = expect.objectContaining({ kind: "internal", code: "hcn-document" });
    expect(() => network({})).toThrow(wrong);
    expect(() => network({ ID, Type: "Donut" })).toThrow(/network: .* whose Type has to be one of NAT, ICS/);
    expect(() => network({ ID, Ipams: [{ Subnets: [{ IpAddressPrefix: 7 }] }] })).toThrow(
      /Ipams\.0\.Subnets\.0\.IpAddressPrefix/,
    );
    expect(() => readDocument("network", hostComputeNetwork, "{")).toThrow(/network: .* no JSON/);
    expect(() => readDocument("network", hostComputeNetwork, "[]")).toThrow(wrong);
  });

  it("is ASCII when it is sent", () => {
    const value = { Name: "café 漢 \u{1f30d} \u007f" };
    expect(jsonText(value)).toMatch(/^[ -~]*$/);
    expect(JSON.parse(jsonText(value))).toEqual(value);
  });
});
