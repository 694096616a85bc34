import { describe, expect, it } from "vitest";
import { requireFeature, supports, versionsOf } from "./features.ts";
import { hnsVersion } from "./hns-version.ts";

describe("a feature", () => {
  it.each([
    ["L4Proxy", "9.5", true],
    ["L4Proxy", "9.4", false],
    ["L4Proxy", "10.4", false],
    ["L4Proxy", "10.6", true],
    ["L4Proxy", "11.10", false],
    ["L4Proxy", "13.0", false],
    ["L4Proxy", "16.0", true],
    ["DirectServerReturn", "9.3", true],
    ["DirectServerReturn", "10.1", false],
    ["DirectServerReturn", "10.2", true],
    ["IPv6DualStack", "11.9", false],
    ["IPv6DualStack", "11.10", true],
    ["ModifyLoadBalancer", "15.4", false],
    ["ModifyLoadBalancer", "16.0", true],
  ] as const)("%s with HNS %s: %s", (feature, version, expected) => {
    const [major = 0, minor = 0] = version.split(".").map(Number);
    expect(supports(hnsVersion(major, minor), feature)).toBe(expected);
  });

  it("that is missing is an error that tells who needs what", () => {
    expect(versionsOf("DirectServerReturn")).toBe("9.3 to 9.x or ≥ 10.2");
    expect(() => requireFeature(hnsVersion(9, 5), "TierAcl", "policy TierAcl")).toThrow(
      expect.objectContaining({
        kind: "unsupported",
        code: "hns-version",
        message: "policy TierAcl needs HNS ≥ 14.0; this host has 9.5",
      }),
    );
    expect(() => requireFeature(hnsVersion(14, 0), "TierAcl")).not.toThrow();
  });
});
