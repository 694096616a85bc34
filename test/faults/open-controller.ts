import { type Controller, type ControllerOptions, createController, openStore } from "@cnm/core";
import { linuxPlatform } from "@cnm/linux";

export interface Directories {
  readonly state: string;
  readonly run: string;
  readonly firewall: "nftables" | "iptables";
}

/** The real thing: this kernel, and records on disk. */
export async function openController(
  { state, run, firewall }: Directories,
  options: Pick<ControllerOptions, "logger" | "autoRepair"> = {},
): Promise<Controller> {
  const platform = await linuxPlatform({ runDir: run, firewall });
  return createController({ platform, store: await openStore(state), ...options });
}
