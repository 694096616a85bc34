import { type Controller, type ControllerOptions, createController, openStore } from "@cnm/core";
import { linuxPlatform } from "@cnm/linux";

export interface Directories {
  readonly state: string;
  readonly run: string;
  readonly firewall: "nftables" | "iptables";
  /** As the daemon has it. Default: "here". */
  readonly forwarding?: "here" | "apart";
}

/** The real thing: this kernel, and records on disk. */
export async function openController(
  { state, run, firewall, forwarding = "here" }: Directories,
  options: Pick<ControllerOptions, "logger" | "autoRepair"> = {},
): Promise<Controller> {
  const platform = await linuxPlatform({ runDir: run, firewall, forwarding });
  return createController({ platform, store: await openStore(state), ...options });
}
