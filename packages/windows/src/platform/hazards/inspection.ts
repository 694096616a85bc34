import type { HeldPort } from "@cnm/core";

/** What HNS does not tell of a host. */
export interface HostInspection {
  readonly services: readonly { readonly name: string; readonly startType: string; readonly status: string }[];
  /** Of Get-NetNat: somebody else's translation. */
  readonly nats: readonly { readonly name: string; readonly prefix: string }[];
  readonly adapters: readonly InspectedAdapter[];
  readonly build: number;
}

export interface InspectedAdapter {
  /** "Ethernet 2", "vEthernet (nat)" */
  readonly name: string;
  readonly up: boolean;
  readonly wireless: boolean;
  /** Bound to IPv6. */
  readonly ipv6: boolean;
  /** Carries an external virtual switch already. */
  readonly onSwitch: boolean;
}

/** Looks at a host by way of PowerShell: slow, and only when something is asked about its health. */
export interface HostInspector {
  /** Undefined: there is no PowerShell here. */
  inspect(): Promise<HostInspection | undefined>;
  /** TCP ports that Windows keeps for itself. */
  excludedPorts(): Promise<ReadonlySet<number>>;
  /** "nginx (pid 7)" */
  programOf(port: HeldPort): Promise<string | undefined>;
}

/** For hosts without PowerShell: nothing is known. */
export const blindInspector: HostInspector = {
  inspect: async () => undefined,
  excludedPorts: async () => new Set(),
  programOf: async () => undefined,
};
