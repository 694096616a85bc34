import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** The processes that forward connections in the network namespace of this process: on the test's host. */
export function forwarders(): readonly number[] {
  const own = readlinkSync("/proc/self/ns/net");
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("cnm-forwarder") &&
          readlinkSync(`/proc/${pid}/ns/net`) === own
        );
      } catch {
        // It has ended meanwhile.
        return false;
      }
    });
}
