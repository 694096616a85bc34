import type { CallOptions } from "@cnm/core";
import * as v from "valibot";
import type { PowerShell } from "./power-shell.ts";

/** `vms_pp` is the protocol by which a virtual switch is bound to an adapter. */
const BODY = `
$switched = @(Get-NetAdapterBinding -ComponentID vms_pp -ErrorAction SilentlyContinue | Where-Object Enabled | ForEach-Object Name)
Get-NetAdapter | ForEach-Object {
  @{
    Name = $_.Name
    Description = $_.InterfaceDescription
    Index = [int]$_.InterfaceIndex
    MacAddress = $_.MacAddress
    Up = "$($_.Status)" -eq 'Up'
    Virtual = [bool]$_.Virtual
    Wireless = "$($_.PhysicalMediaType)" -like '*802.11*'
    HasSwitch = $switched -contains $_.Name
    Mtu = [int]$_.MtuSize
  }
}`;

const adapter = v.object({
  /** What networks name it by. */
  Name: v.string(),
  Description: v.nullish(v.string(), ""),
  Index: v.number(),
  MacAddress: v.nullish(v.string(), ""),
  Up: v.boolean(),
  /** Made by software: host ends of virtual switches among them. */
  Virtual: v.boolean(),
  /** Carries no l2bridge network. */
  Wireless: v.boolean(),
  /** A virtual switch is on it already. */
  HasSwitch: v.boolean(),
  Mtu: v.number(),
});

export type NetAdapter = Readonly<v.InferOutput<typeof adapter>>;

/** The host's network adapters. */
export async function netAdapters(shell: PowerShell, options?: CallOptions): Promise<readonly NetAdapter[]> {
  return v.parse(v.array(adapter), await shell.run("the network adapters", BODY, null, options));
}
