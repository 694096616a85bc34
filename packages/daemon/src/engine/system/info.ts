import { arch, cpus, hostname, release, totalmem } from "node:os";
import { infos } from "../../find/read-state.ts";
import { json } from "../../route/answer.ts";
import type { Route } from "../../route/route.ts";
import { VERSION } from "../../version.ts";
import { containerState } from "../../view/container-status.ts";

export const infoRoute: Route = {
  method: "GET",
  path: "/info",
  tag: "Engine",
  summary: "The host, and how much there is on it",
  answers: { 200: "Facts and counts; what has nothing to do with networks is empty" },
  handle: async ({ cnm, drivers, records, settings, started }) => {
    const sandboxes = await infos(await cnm.sandboxes());
    const states = sandboxes.map(({ id }) => containerState(records.get(id)));
    const count = (state: string) => states.filter((one) => one === state).length;
    return json(200, {
      ID: hostname(),
      Containers: states.length,
      ContainersRunning: count("running"),
      ContainersPaused: 0,
      ContainersStopped: states.length - count("running"),
      Images: 0,
      Driver: "",
      DriverStatus: [],
      Plugins: { Volume: [], Network: drivers, Authorization: null, Log: [] },
      MemoryLimit: false,
      SwapLimit: false,
      IPv4Forwarding: true,
      Debug: settings.logLevel === "debug",
      NFd: 0,
      NGoroutines: 0,
      SystemTime: new Date().toISOString(),
      NEventsListener: 0,
      KernelVersion: release(),
      OperatingSystem: process.platform,
      OSType: process.platform === "win32" ? "windows" : process.platform,
      Architecture: arch() === "x64" ? "x86_64" : arch(),
      NCPU: cpus().length,
      MemTotal: totalmem(),
      DockerRootDir: settings.state,
      Name: hostname(),
      Labels: [],
      ExperimentalBuild: false,
      ServerVersion: VERSION,
      Runtimes: {},
      DefaultRuntime: "",
      Swarm: {
        NodeID: "",
        NodeAddr: "",
        LocalNodeState: "inactive",
        ControlAvailable: false,
        Error: "",
        RemoteManagers: null,
      },
      LiveRestoreEnabled: true,
      Isolation: "",
      SecurityOptions: [],
      Warnings: null,
      FirewallBackend: { Driver: settings.firewall },
      CnmStarted: started,
    });
  },
};
