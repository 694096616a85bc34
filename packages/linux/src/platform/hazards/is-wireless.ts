import { existsSync, readFileSync } from "node:fs";

/** /sys shows the links of the namespace in which it was mounted: a link of another one may bear the same name there. */
export function isWireless(
  { name, index }: { readonly name: string; readonly index: number },
  folder = "/sys/class/net",
): boolean {
  try {
    return (
      Number(readFileSync(`${folder}/${name}/ifindex`, "utf8")) === index && existsSync(`${folder}/${name}/phy80211`)
    );
  } catch {
    // It is not there, so it is of another namespace.
    return false;
  }
}
