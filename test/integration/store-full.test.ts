import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openStore } from "@cnm/core";
import { afterAll, expect, it } from "vitest";
import { enterFreshHost } from "../support/host.ts";

const host = enterFreshHost();
const mounted = join(host.folder, "disk");
mkdirSync(mounted);
sh("mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", mounted);

afterAll(() => {
  sh("umount", mounted);
  host.close();
});

it("a full disk fails transactions whole, loses nothing that was told, and is got over", async () => {
  const state = join(mounted, "state");
  const ballast = join(mounted, "ballast");
  const told = new Set<string>();
  let store = await openStore(state);
  for (let round = 0; round < 3; round++) {
    await writeFile(ballast, Buffer.alloc(2 << 20)).catch(() => {});
    const failures: unknown[] = [];
    for (let n = 0; failures.length < 5; n++) {
      const [one, two] = [`k/${round}/${n}/one`, `k/${round}/${n}/two`];
      const changes = [one, two].map((key) => ({ op: "put", key, value: `${n} ${"x".repeat(9_000)}` }) as const);
      await store.transaction(changes).then(
        () => told.add(one).add(two),
        (error: unknown) => failures.push(error),
      );
    }
    for (const error of failures) {
      expect(error).toMatchObject({ kind: "unavailable", code: "store-not-written" });
      expect(String(error)).toContain(state);
    }
    expect(new Set(await keys())).toEqual(told);
    // As a process that ends without having got it to the data: what it was told is in the journal.
    await store.close().catch((error: unknown) => expect(error).toMatchObject({ code: "store-not-written" }));

    await rm(ballast);
    store = await openStore(state);
    expect(new Set(await keys())).toEqual(told);
    await store.transaction([...told].map((key) => ({ op: "delete", key })));
    told.clear();
    await store.sync?.();
  }
  await store.close();

  async function keys(): Promise<readonly string[]> {
    return (await store.list("")).map(({ key }) => key);
  }
});

function sh(command: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
}
