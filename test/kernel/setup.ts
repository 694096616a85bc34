import { expect } from "vitest";
import { kernelFeatures } from "../support/kernel-features.ts";
import { needsOf, reasonAgainst } from "../support/needs.ts";

/** Before each file: a test that cannot run fails, and says where it can. */
const path = expect.getState().testPath ?? "";
if (needsOf(path).length > 0) {
  const reason = reasonAgainst(path, await kernelFeatures());
  if (reason !== undefined)
    throw new Error(`not on this kernel: ${reason}. It has to run in the machine: npm run test:vm`);
}
