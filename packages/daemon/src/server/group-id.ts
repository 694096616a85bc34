import { readFileSync } from "node:fs";

/** Of a group in /etc/group. */
export function groupId(name: string, file = "/etc/group"): number | undefined {
  const line = readFileSync(file, "utf8")
    .split("\n")
    .find((one) => one.startsWith(`${name}:`));
  const id = line?.split(":")[2];
  return id === undefined || !/^\d+$/.test(id) ? undefined : Number(id);
}
