import type { Network } from "@cnm/core";
import * as labels from "../labels.ts";
import { isLinkName } from "../link-name.ts";
import type { OptionReader } from "../option-reader.ts";

/** Drivers whose endpoints stand on a link of the host. One link carries those of one driver at a time. */
export const ON_PARENT: ReadonlySet<string> = new Set(["macvlan", "ipvlan"]);

export const LEAST_VLAN = 1;
export const MOST_VLAN = 4094;

/** "eth0.10" read as a VLAN of eth0. */
export interface VlanName {
  readonly base: string;
  readonly id: number;
}

/** The parent that the user names; undefined: the network gets a dummy of its own, and nothing leads out. */
export function readParent(reader: OptionReader): string | undefined {
  const parent = reader.text(labels.PARENT);
  if (parent === undefined || parent === "") return undefined;
  if (parent === "lo") reader.faults.push(`option ${labels.PARENT}: lo, the loopback, carries no other links`);
  else if (!isLinkName(parent)) reader.faults.push(`option ${labels.PARENT}: "${parent}" is not the name of a link`);
  return parent;
}

/** Whatever stands behind the last dot, if it is a number. */
export function vlanName(name: string): VlanName | undefined {
  const match = /^(.+)\.(\d{1,10})$/.exec(name);
  return match?.[1] === undefined ? undefined : { base: match[1], id: Number(match[2]) };
}

export const isVlanId = (id: number): boolean => id >= LEAST_VLAN && id <= MOST_VLAN;

/** Of another network, whichever of the two drivers has it. */
export const parentOf = ({ driver, options }: Network): string | undefined =>
  ON_PARENT.has(driver) && options[labels.PARENT] !== "" ? options[labels.PARENT] : undefined;
