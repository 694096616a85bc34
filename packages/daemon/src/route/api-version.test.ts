import { describe, expect, it } from "vitest";
import { NEWEST_API, readApiVersion, splitVersion } from "./api-version.ts";

describe("API versions", () => {
  it.each([
    ["/v1.41/networks?a=b", "1.41", "/networks?a=b"],
    ["/networks", undefined, "/networks"],
    ["/v1.41", "1.41", "/"],
    ["/v1.41?x", "1.41", "/?x"],
    ["/version", undefined, "/version"],
    ["/v1/networks", undefined, "/v1/networks"],
    ["/cnm/v1/info", undefined, "/cnm/v1/info"],
  ])("%s", (url, version, path) => expect(splitVersion(url)).toEqual({ version, path }));

  it("takes none for the newest", () => expect(readApiVersion(undefined)).toBe(NEWEST_API));

  it("refuses what is too old or too new in Docker's words", () => {
    expect(readApiVersion("1.24")).toBe(24);
    expect(() => readApiVersion("1.23")).toThrow(
      "client version 1.23 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version",
    );
    expect(() => readApiVersion("1.99")).toThrow(
      "client version 1.99 is too new. Maximum supported API version is 1.51",
    );
    expect(() => readApiVersion("2.0")).toThrow("too new");
    expect(() => readApiVersion("0.9")).toThrow("too old");
  });
});
