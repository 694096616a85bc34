import { linuxPlatform } from "@cnm/linux";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Children } from "../support/children.ts";
import { descriptors, enterFreshHost } from "../support/host.ts";

const host = enterFreshHost();
const children = new Children("test/support/platform-child.ts");
beforeAll(() => children.prepare());
afterAll(async () => {
  await children.end();
  host.close();
});

const open = (options = {}) => linuxPlatform({ runDir: host.runDir, ...options });

describe("one platform a host", () => {
  it("refuses a second one, of this process or another, and names the first", async () => {
    const platform = await open();
    await expect(open({ runDir: `${host.runDir}-other` })).rejects.toMatchObject({
      kind: "conflict",
      code: "host-in-use",
      message: expect.stringContaining(`this very process (pid ${process.pid})`),
    });
    const child = await children.start(host.runDir);
    expect(child.first).toMatch(/^conflict host-in-use /);
    expect(child.first).toContain(`(pid ${process.pid})`);
    await platform.close();
    await (await open()).close();
  });

  it("names another process, and is free once that has closed it, or was killed", async () => {
    const child = await children.start(host.runDir);
    expect(child.first).toBe("open");
    await expect(open()).rejects.toThrow(new RegExp(`kept by \\S+ \\(pid ${child.pid}\\): end it`));
    expect(await child.ask("close")).toBe("closed");
    await (await open()).close();

    const other = await children.start(host.runDir);
    expect(other.first).toBe("open");
    await other.kill();
    await (await open()).close();
  });

  it("lets each namespace have its own", async () => {
    const other = host.makeNamespace("other");
    const platforms = [await open(), await open({ netns: other.path, runDir: `${host.runDir}-other` })];
    for (const platform of platforms) await platform.close();
  });

  it("is not kept by one that could not be opened, and nothing else is", async () => {
    await (await open()).close();
    const before = descriptors();
    await expect(open({ firewall: "ipchains" })).rejects.toMatchObject({ code: "firewall" });
    const platform = await open();
    await expect(open()).rejects.toMatchObject({ code: "host-in-use" });
    await platform.close();
    expect(descriptors()).toEqual(before);
  });
});
