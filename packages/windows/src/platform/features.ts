import { release } from "node:os";
import type { Features } from "@cnm/core";
import { FEATURES, type HnsFeature, supports, versionsOf } from "../hcn/features.ts";
import { formatVersion, type HnsVersion } from "../hcn/hns-version.ts";

/** What this HNS can do. The version comes first: it is what one has to know of a host when something breaks after an update. */
export function windowsFeatures(version: HnsVersion): Features {
  const features = Object.keys(FEATURES) as HnsFeature[];
  return {
    [`HNS ${formatVersion(version)}, Windows ${release()}`]: { available: true },
    ...Object.fromEntries(
      features.map((feature) => [
        feature,
        supports(version, feature)
          ? { available: true }
          : {
              available: false,
              reason: `it needs HNS ${versionsOf(feature)}; this host has ${formatVersion(version)}`,
            },
      ]),
    ),
  };
}
