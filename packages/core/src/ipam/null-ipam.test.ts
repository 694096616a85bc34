import { describe, expect, it } from "vitest";
import { nullIpam } from "./null-ipam.ts";

const request = { addressSpace: "local", options: {}, avoid: [] } as const;

describe("the null driver", () => {
  it("has one pool a family, as often as it is asked", async () => {
    const driver = nullIpam();
    for (let count = 0; count < 2; count++) {
      expect(await driver.requestPool({ ...request, family: 4 })).toMatchObject({ subnet: "0.0.0.0/0" });
      expect(await driver.requestPool({ ...request, family: 6 })).toMatchObject({ subnet: "::/0" });
    }
  });

  it.each([{ subnet: "10.7.0.0/24" }, { ipRange: "10.7.0.0/24" }])("has no pool %o", async (asked) => {
    await expect(nullIpam().requestPool({ ...request, family: 4, ...asked })).rejects.toMatchObject({
      kind: "invalid",
      message: expect.stringContaining("10.7.0.0/24"),
    });
  });

  it("has no addresses", async () => {
    const driver = nullIpam();
    const pool = await driver.requestPool({ ...request, family: 4 });
    await expect(driver.requestAddress({ poolId: pool.id, options: {} })).rejects.toMatchObject({ code: "no-address" });
    await driver.releaseAddress(pool.id, "10.7.0.1");
    await driver.releasePool(pool.id);
  });
});
