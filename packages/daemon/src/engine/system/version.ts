import { arch, release } from "node:os";
import { json } from "../../route/answer.ts";
import { formatApi, NEWEST_API, OLDEST_API } from "../../route/api-version.ts";
import type { Route } from "../../route/route.ts";
import { VERSION } from "../../version.ts";

/** Go's names of architectures, which clients compare with. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };

export const versionRoute: Route = {
  method: "GET",
  path: "/version",
  tag: "Engine",
  summary: "What runs here",
  answers: { 200: "Versions of the daemon and its parts" },
  handle: async () => {
    const about = {
      ApiVersion: formatApi(NEWEST_API),
      MinAPIVersion: formatApi(OLDEST_API),
      GitCommit: "",
      GoVersion: "",
      Os: process.platform === "win32" ? "windows" : process.platform,
      Arch: ARCHITECTURES[arch()] ?? arch(),
      KernelVersion: release(),
    };
    const details = { ...about, BuildTime: "", Experimental: "false" };
    return json(200, {
      Platform: { Name: "cnm" },
      Components: [
        { Name: "Engine", Version: VERSION, Details: details },
        { Name: "node", Version: process.versions.node, Details: {} },
      ],
      Version: VERSION,
      ...about,
    });
  },
};
