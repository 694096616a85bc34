import { expect, it } from "vitest";
import { ADMINISTRATORS_ONLY, daclEntries } from "./sddl.ts";

it("reads the entries of an access list, however full access is written", () => {
  expect(daclEntries(ADMINISTRATORS_ONLY)).toEqual(["D;;FA;;;NU", "A;;FA;;;SY", "A;;FA;;;BA"]);
  expect(daclEntries("O:BAG:SYD:PAI(A;;0x1f01ff;;;SY)")).toEqual(["A;;FA;;;SY"]);
  expect(daclEntries("D:P")).toEqual([]);
});

it("tells an empty access list, which lets nobody in, from none at all, which lets in everybody", () => {
  expect(daclEntries("O:BAG:SYD:")).toEqual([]);
  expect(daclEntries("O:BA")).toBeUndefined();
});
