import { endMarked, linuxPlatform, notifySystemd, processStartTime, spawnInSandbox, watchProcess } from "@cnm/linux";
import type { Host } from "./host.ts";

export function linuxHost(): Host {
  return {
    openPlatform: (options) => linuxPlatform({ ...options, forwarding: "apart" }),
    spawn: spawnInSandbox,
    startTime: processStartTime,
    watchProcess,
    endMarked,
    notify: notifySystemd,
  };
}
