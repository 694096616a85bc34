import * as labels from "./labels.ts";
import type { OptionReader } from "./option-reader.ts";

const MAX_MTU = 65_535;

/** 0, as in Docker, leaves it open. */
export function readMtu(reader: OptionReader): number | undefined {
  const mtu = reader.integer(labels.MTU, 0, MAX_MTU);
  return mtu === 0 ? undefined : mtu;
}

export function readInterfacePrefix(reader: OptionReader): string {
  const prefix = reader.text(labels.CONTAINER_IFACE_PREFIX) ?? "eth";
  if (!/^[^\s/:]{1,12}$/.test(prefix)) {
    reader.faults.push(`option ${labels.CONTAINER_IFACE_PREFIX}: "${prefix}" cannot begin an interface's name`);
  }
  return prefix;
}
