import type { Features } from "@cnm/core";
import { bindLibc, currentNamespace, loadFfi } from "@cnm/linux";
import { probeKernel } from "../../packages/linux/src/platform/features.ts";

/** What this kernel can do, for tests that cannot run everywhere. Leaves nothing. */
export async function kernelFeatures(): Promise<Features> {
  const libc = bindLibc(loadFfi());
  const here = currentNamespace(libc);
  try {
    return await probeKernel(libc, here);
  } finally {
    here.close();
  }
}
