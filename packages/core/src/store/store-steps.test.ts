import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import type { Store } from "../contracts/store.ts";
import { checkStoreSteps } from "../testing/store-model.ts";
import { chooseStoreSteps } from "../testing/store-steps.ts";
import { openStore } from "./open-store.ts";

const root = await mkdtemp(join(tmpdir(), "cnm-steps-"));
afterAll(() => rm(root, { recursive: true }));

it("any steps: the store in memory does what the model does", () => checkAny(() => openStore("memory:"), 300));

it("any steps: the store on disk does what the model does", async () => {
  let count = 0;
  const reopen = async (store: Store) => {
    await store.close();
    return await openStore(join(root, `${count}`));
  };
  await checkAny(() => openStore(join(root, `${++count}`)), 40, reopen);
});

async function checkAny(
  makeStore: () => Promise<Store>,
  numRuns: number,
  reopen?: (store: Store) => Promise<Store>,
): Promise<void> {
  const property = fc.asyncProperty(fc.gen(), async (generate) => {
    const steps = chooseStoreSteps((below) => generate(fc.nat, below - 1), reopen !== undefined);
    await checkStoreSteps(steps, makeStore, reopen);
  });
  await expect(fc.assert(property, { numRuns })).resolves.toBeUndefined();
}
