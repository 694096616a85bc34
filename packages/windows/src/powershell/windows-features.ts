import type { CallOptions } from "@cnm/core";
import * as v from "valibot";
import type { PowerShell } from "./power-shell.ts";

/** Servers have roles, other editions optional features; and some have another name there. */
const BODY = `
$server = Get-Command Get-WindowsFeature -ErrorAction SilentlyContinue
foreach ($feature in $given) {
  $on = if ($server) {
    (Get-WindowsFeature -Name $feature.Server).Installed
  } else {
    "$((Get-WindowsOptionalFeature -Online -FeatureName $feature.Client).State)" -eq 'Enabled'
  }
  @{ Name = $feature.Name; On = [bool]$on }
}`;

const FEATURES = [
  { Name: "containers", Server: "Containers", Client: "Containers" },
  { Name: "hyperV", Server: "Hyper-V", Client: "Microsoft-Hyper-V" },
] as const;

export type WindowsFeatures = Readonly<Record<(typeof FEATURES)[number]["Name"], boolean>>;

const states = v.array(v.object({ Name: v.string(), On: v.boolean() }));

/** Which of the Windows features that bring HNS are on. Needs an administrator. */
export async function windowsFeatures(shell: PowerShell, options?: CallOptions): Promise<WindowsFeatures> {
  const told = v.parse(states, await shell.run("the Windows features", BODY, FEATURES, options));
  const isOn = (name: string): boolean => told.some(({ Name, On }) => Name === name && On);
  return { containers: isOn("containers"), hyperV: isOn("hyperV") };
}
