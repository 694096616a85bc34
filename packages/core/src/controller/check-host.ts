import type { NetworkDraft, PlanningDriver } from "../contracts/driver.ts";
import type { CallOptions, Platform } from "../contracts/platform.ts";
import { CnmError, invalidOptions } from "../errors/cnm-error.ts";

/** @throws CnmError `unsupported` that names the feature which this host lacks, and why it does. */
export async function refuseWithoutFeatures(
  platform: Platform,
  driver: PlanningDriver,
  draft: NetworkDraft,
  options: CallOptions,
): Promise<void> {
  const needed = driver.needs?.(draft) ?? [];
  if (needed.length === 0) return;
  const features = await platform.features(options);
  for (const name of needed) {
    const feature = features[name];
    if (feature === undefined || feature.available) continue;
    const message = `this host does not support the ${driver.name} driver: ${name} ${feature.reason}`;
    throw new CnmError("unsupported", "feature-missing", message);
  }
}

/** @throws CnmError `invalid` with all that stands against the network on this host just now. */
export async function refuseOnThisHost(
  platform: Platform,
  driver: PlanningDriver,
  draft: NetworkDraft,
  options: CallOptions,
): Promise<void> {
  if (driver.hostFaults === undefined || platform.links === undefined) return;
  const faults = driver.hostFaults(draft, await platform.links(options));
  if (faults.length > 0) throw invalidOptions(`network ${draft.name}`, faults);
}
