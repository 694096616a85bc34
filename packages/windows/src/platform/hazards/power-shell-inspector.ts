import { CnmError, type HeldPort } from "@cnm/core";
import * as v from "valibot";
import { type PowerShell, powerShell } from "../../powershell/power-shell.ts";
import type { HostInspection, HostInspector } from "./inspection.ts";

/** What is not there on some edition of Windows is left out, not an error. */
const INSPECT = `
$quiet = 'SilentlyContinue'
$switched = @(Get-NetAdapterBinding -ComponentID vms_pp -ErrorAction $quiet | Where-Object Enabled | ForEach-Object Name)
$ipv6 = @(Get-NetAdapterBinding -ComponentID ms_tcpip6 -ErrorAction $quiet | Where-Object Enabled | ForEach-Object Name)
@{
  services = @(Get-Service -Name hns, SharedAccess, docker -ErrorAction $quiet | ForEach-Object {
    @{ name = $_.Name; startType = "$($_.StartType)"; status = "$($_.Status)" }
  })
  nats = @(Get-NetNat -ErrorAction $quiet | ForEach-Object {
    @{ name = "$($_.Name)"; prefix = "$($_.InternalIPInterfaceAddressPrefix)" }
  })
  adapters = @(Get-NetAdapter -IncludeHidden -ErrorAction $quiet | ForEach-Object {
    @{
      name = $_.Name
      up = "$($_.Status)" -eq 'Up'
      wireless = "$($_.PhysicalMediaType)" -like '*802.11*'
      ipv6 = $ipv6 -contains $_.Name
      onSwitch = $switched -contains $_.Name
    }
  })
  build = [int][Environment]::OSVersion.Version.Build
}`;

const EXCLUDED = `
netsh int ipv4 show excludedportrange protocol=tcp | ForEach-Object {
  if ($_ -match '^\\s*(\\d+)\\s+(\\d+)') { @{ first = [int]$Matches[1]; last = [int]$Matches[2] } }
}`;

const PROGRAM = `
$found = if ($given.protocol -eq 'tcp') { Get-NetTCPConnection -State Listen -LocalPort $given.port -ErrorAction SilentlyContinue }
         else { Get-NetUDPEndpoint -LocalPort $given.port -ErrorAction SilentlyContinue }
$found | Select-Object -First 1 | ForEach-Object {
  @{ pid = [int]$_.OwningProcess; name = "$((Get-Process -Id $_.OwningProcess -ErrorAction SilentlyContinue).ProcessName)" }
}`;

const inspection = v.object({
  services: v.array(v.object({ name: v.string(), startType: v.string(), status: v.string() })),
  nats: v.array(v.object({ name: v.string(), prefix: v.string() })),
  adapters: v.array(
    v.object({ name: v.string(), up: v.boolean(), wireless: v.boolean(), ipv6: v.boolean(), onSwitch: v.boolean() }),
  ),
  build: v.number(),
});
const ranges = v.array(v.object({ first: v.number(), last: v.number() }));
const programs = v.array(v.object({ pid: v.number(), name: v.string() }));

/** Looks by way of PowerShell; a host without it is not looked at. */
export function powerShellInspector(shell: PowerShell = powerShell()): HostInspector {
  return {
    async inspect(): Promise<HostInspection | undefined> {
      const [found] = await unlessMissing(shell.run("the host's health", INSPECT, null));
      return found === undefined ? undefined : v.parse(inspection, found);
    },
    async excludedPorts() {
      const found = v.parse(ranges, await unlessMissing(shell.run("ports that Windows keeps", EXCLUDED, null)));
      return new Set(
        found.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, at) => first + at)),
      );
    },
    async programOf({ protocol, port }: HeldPort) {
      const given = { protocol, port };
      const [program] = v.parse(programs, await unlessMissing(shell.run(`who has port ${port}`, PROGRAM, given)));
      return program === undefined ? undefined : `${program.name || "a program"} (pid ${program.pid})`;
    },
  };
}

async function unlessMissing(running: Promise<readonly unknown[]>): Promise<readonly unknown[]> {
  try {
    return await running;
  } catch (error) {
    if (error instanceof CnmError && error.kind === "unavailable") return [];
    throw error;
  }
}
