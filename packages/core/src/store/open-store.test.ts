import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { openStore } from "./open-store.ts";

const root = await mkdtemp(join(tmpdir(), "cnm-open-"));
afterAll(() => rm(root, { recursive: true }));

describe("openStore", () => {
  it.each([
    ["a path", join(root, "path with space.d")],
    ["a URL", pathToFileURL(join(root, "url with space.d")).href],
  ])("opens the directory of %s", async (_, url) => {
    const store = await openStore(url);
    await store.transaction([{ op: "put", key: "a", value: 1 }]);
    await store.close();
    const again = await openStore(url);
    expect(await again.get("a")).toMatchObject({ value: 1 });
    await again.close();
  });

  it("opens one in memory, with no files", async () => {
    const before = await readdir(root);
    const [one, other] = [await openStore("memory:"), await openStore("memory:")];
    await one.transaction([{ op: "put", key: "a", value: 1 }]);
    expect(await other.get("a")).toBeUndefined();
    expect(await readdir(root)).toEqual(before);
  });

  it.each(["etcd://10.0.0.1:2379", "http://10.0.0.1", "https://user:secret@10.0.0.1/x"])(
    "has no %s yet",
    async (url) => {
      const error: unknown = await openStore(url).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ kind: "unsupported", code: "store-scheme" });
      expect(String(error)).toContain("clusters");
      expect(String(error)).not.toContain("secret");
    },
  );

  it("refuses what is no store", async () => {
    await expect(openStore("redis://host")).rejects.toMatchObject({ kind: "unsupported", code: "store-scheme" });
    await expect(openStore("")).rejects.toMatchObject({ kind: "invalid", code: "store-path" });
    await expect(openStore("file://host%")).rejects.toMatchObject({ kind: "invalid", code: "store-path" });
  });
});
