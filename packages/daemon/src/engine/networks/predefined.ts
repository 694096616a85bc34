import { CnmError, type Controller, type NetworkSpec } from "@cnm/core";

/** Networks that are always there, as Docker's are. */
const PREDEFINED: readonly NetworkSpec[] = [
  { name: "none", driver: "null" },
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
