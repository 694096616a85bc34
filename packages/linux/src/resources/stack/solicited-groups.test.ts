import { expect, it } from "vitest";
import { solicitedGroups } from "./solicited-groups.ts";

it("one for each end of an IPv6 address, and one for the link-local address", () => {
  expect(solicitedGroups("02:42:0a:40:00:07", ["10.64.0.7/16", "fd64::1:2/64", "fd65::fe01:2/64"])).toEqual([
    "ff02::1:ff40:7",
    "ff02::1:ff01:2",
  ]);
});

it("the same one where the ends are the same", () => {
  expect(solicitedGroups("02:42:0a:00:00:02", ["fd64::2/64", "fd65::2/64"])).toEqual(["ff02::1:ff00:2"]);
});

it("none without IPv6", () => {
  expect(solicitedGroups("02:42:0a:40:00:07", ["10.64.0.7/16"])).toEqual([]);
});
