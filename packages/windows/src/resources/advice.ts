import { CnmError } from "@cnm/core";
import { HcnError } from "../hcn/hcn-error.ts";
import type { WindowsResource } from "./resource.ts";

/** What to do about what HNS says in numbers. The causes are those that people have reported most. */
const ADVICE: Readonly<Record<number, string>> = {
  2147942487:
    "often another WinNAT prefix is in the way (`Get-NetNat | Remove-NetNat`), or the adapter carries another virtual switch already",
  2147947410: "there is another NAT network with an overlapping prefix: `Get-HnsNetwork` and `Get-NetNat` list them",
  2147942452: "there is another NAT network with an overlapping prefix: `Get-HnsNetwork` and `Get-NetNat` list them",
  2151350278: "name an adapter that `Get-NetAdapter` lists, that is up, no Wi-Fi, and carries no other virtual switch",
  2151350319: "an endpoint that an unclean restart left behind may have it: `Get-HnsEndpoint` lists them",
  2151350291:
    "a port or load balancer that was not given back may hold it: `Get-HnsPolicyList` lists them; then restart hns",
  2147942432: "another program has the port, or Windows keeps it: `netsh int ipv4 show excludedportrange tcp`",
  2151350285: "an address or port of a policy is not as this version of HNS wants it",
  2151350293: "the sandbox's compartment may not be there yet, or this type of network does not take the policy",
  2147943458: "set the service that the network needs to start: `Set-Service SharedAccess -StartupType Manual`, or hns",
  2151350314:
    "`Set-Service SharedAccess -StartupType Manual`; where a policy of the domain forbids it, use a nat network",
  2151350295: "delete the network, restart the service hns, and make it again: its adapter or switch went away",
  2151350327: "rules of VFP do not go on this type of network",
  2147944122: "start the service hns, and look into its event log if it does not stay",
};

/** The error of one object: what was being done to what, what HNS says, and what may help. */
export function told(doing: string, resource: WindowsResource, error: unknown): CnmError {
  const name = resource.document.Name === undefined ? "" : ` ${JSON.stringify(resource.document.Name)}`;
  const reason = error instanceof Error ? error.message : String(error);
  const advice = error instanceof HcnError ? ADVICE[error.hresult] : undefined;
  const message = `${resource.key}${name} cannot be ${doing}: ${reason}${advice === undefined ? "" : `; ${advice}`}`;
  if (error instanceof CnmError) return new CnmError(error.kind, error.code, message, { cause: error });
  return new CnmError("internal", "hns-object", message, { cause: error });
}
