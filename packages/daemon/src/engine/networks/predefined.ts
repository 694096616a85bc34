import { CnmError, type Controller, type NetworkSpec } from "@cnm/core";
import { DEFAULT_NETWORK } from "../../host/default-network.ts";

const NONE: NetworkSpec = { name: "none", driver: "null" };

/** Networks that are always there, as Docker's are. */
const ON_LINUX: readonly NetworkSpec[] = [
  NONE,
  { name: "host", driver: "host" },
  {
    name: "bridge",
    driver: "bridge",
    options: {
      "com.docker.network.bridge.default_bridge": "true",
      "com.docker.network.bridge.enable_icc": "true",
      "com.docker.network.bridge.enable_ip_masquerade": "true",
      "com.docker.network.bridge.host_binding_ipv4": "0.0.0.0",
      "com.docker.network.bridge.name": "cnm0",
      "com.docker.network.driver.mtu": "1500",
    },
  },
];

/** As Docker's daemon has them there: no sandbox can be in the host's own compartment. */
const ON_WINDOWS: readonly NetworkSpec[] = [NONE, { name: DEFAULT_NETWORK, driver: "nat" }];

const PREDEFINED = process.platform === "win32" ? ON_WINDOWS : ON_LINUX;

const NAMES: ReadonlySet<string> = new Set(PREDEFINED.map(({ name }) => name));
/** What "default" means depends on who asks, so no network may have that name. */
const RESERVED: ReadonlySet<string> = new Set([...NAMES, "default"]);

export const isPredefined = (name: string): boolean => NAMES.has(name);

/** At start. */
export async function ensurePredefined(cnm: Controller): Promise<void> {
  const names = new Set((await cnm.networks()).map(({ name }) => name));
  for (const spec of PREDEFINED) if (!names.has(spec.name)) await cnm.createNetwork(spec);
}

export function refuseReservedName(name: string): void {
  if (!RESERVED.has(name)) return;
  const message = `operation is not permitted on predefined ${name} network`;
  throw new CnmError("forbidden", "predefined-network", message);
}

export function refuseRemoval(name: string): void {
  if (!NAMES.has(name)) return;
  const message = `${name} is a pre-defined network and cannot be removed`;
  throw new CnmError("forbidden", "predefined-network", message);
}
