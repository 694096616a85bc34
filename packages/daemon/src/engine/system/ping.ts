import { text } from "../../route/answer.ts";
import { formatApi, NEWEST_API } from "../../route/api-version.ts";
import type { Route } from "../../route/route.ts";

const HEADERS = {
  "api-version": formatApi(NEWEST_API),
  ostype: "linux",
  "docker-experimental": "false",
  swarm: "inactive",
  "cache-control": "no-cache, no-store, must-revalidate",
  pragma: "no-cache",
};

const ping = (method: "GET" | "HEAD"): Route => ({
  method,
  path: "/_ping",
  tag: "Engine",
  summary: "Whether the daemon is there, and which version of the API it speaks",
  answers: { 200: "It is" },
  handle: async () => text(200, method === "GET" ? "OK" : "", HEADERS),
});

export const pingRoutes: readonly Route[] = [ping("GET"), ping("HEAD")];
