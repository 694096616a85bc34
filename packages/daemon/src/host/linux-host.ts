import { linuxPlatform, notifySystemd, processStartTime, spawnInSandbox, watchProcess } from "@cnm/linux";
import type { Host } from "./host.ts";

export function linuxHost(): Host {
  return {
    openPlatform: linuxPlatform,
    spawn: spawnInSandbox,
    startTime: processStartTime,
    watchProcess,
    notify: notifySystemd,
  };
}
