import { describe, expect, it } from "vitest";
import { lacksLabels, matchesLabels, matchesPattern, readBooleanFilter, readFilters } from "./filters.ts";

describe("filters", () => {
  it("reads both JSON forms", () => {
    expect([...readFilters('{"driver":["bridge","null"]}')]).toEqual([["driver", ["bridge", "null"]]]);
    expect([...readFilters('{"driver":{"bridge":true,"null":false}}')]).toEqual([["driver", ["bridge"]]]);
    expect(readFilters(undefined).size).toBe(0);
  });

  it.each(["[]", "{", '{"a":1}', '{"a":[1]}', '{"a":{"b":"c"}}', "null"])("refuses %s", (text) =>
    expect(() => readFilters(text)).toThrow("invalid filter"),
  );

  it("refuses unknown keys in Docker's words", () =>
    expect(() => readFilters('{"foo":["bar"]}', ["name"])).toThrow("Invalid filter 'foo'"));

  it("takes patterns, and texts that are none", () => {
    expect(matchesPattern(readFilters('{"name":["^we"]}'), "name", "web")).toBe(true);
    expect(matchesPattern(readFilters('{"name":["["]}'), "name", "[")).toBe(true);
    expect(matchesPattern(readFilters('{"name":["["]}'), "name", "web")).toBe(false);
    expect(matchesPattern(readFilters("{}"), "name", "web")).toBe(true);
  });

  it("wants every label, and none of those that are to lack", () => {
    const labels = { a: "1", b: "" };
    expect(matchesLabels(readFilters('{"label":["a","b"]}'), labels)).toBe(true);
    expect(matchesLabels(readFilters('{"label":["a=2"]}'), labels)).toBe(false);
    expect(lacksLabels(readFilters('{"label!":["a=2","c"]}'), labels)).toBe(true);
    expect(lacksLabels(readFilters('{"label!":["a"]}'), labels)).toBe(false);
  });

  it("knows yes and no", () => {
    expect(readBooleanFilter(readFilters('{"dangling":["1"]}'), "dangling")).toBe(true);
    expect(readBooleanFilter(readFilters('{"dangling":["false"]}'), "dangling")).toBe(false);
    expect(() => readBooleanFilter(readFilters('{"dangling":["x"]}'), "dangling")).toThrow("must be");
  });
});
