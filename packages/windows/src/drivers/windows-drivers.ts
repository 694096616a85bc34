import type { PlanningDriver } from "@cnm/core";
import type { WindowsResource } from "../resources/resource.ts";
import { icsDriver } from "./ics/ics.ts";
import { internalDriver } from "./internal/internal.ts";
import { l2bridgeDriver } from "./l2bridge/l2bridge.ts";
import { l2tunnelDriver } from "./l2tunnel/l2tunnel.ts";
import { natDriver } from "./nat/nat.ts";
import { nullDriver } from "./null/null.ts";
import { overlayDriver } from "./overlay/overlay.ts";
import { privateDriver } from "./private/private.ts";
import { transparentDriver } from "./transparent/transparent.ts";

/** Every kind of network that HNS has, and the network of those that want none. */
export const windowsDrivers = (): readonly PlanningDriver<WindowsResource>[] => [
  natDriver(),
  transparentDriver(),
  l2bridgeDriver(),
  l2tunnelDriver(),
  overlayDriver(),
  internalDriver(),
  privateDriver(),
  icsDriver(),
  nullDriver(),
];
