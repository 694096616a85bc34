import { CnmError } from "@cnm/core";
import * as v from "valibot";
import { findSandbox } from "../find/find-sandbox.ts";
import { isRunning } from "../records/sandbox-record.ts";
import { empty, json } from "../route/answer.ts";
import { isTrue } from "../route/is-true.ts";
import { type Route, route } from "../route/route.ts";
import { maybe, text } from "../route/schemas.ts";
import { followLog } from "../supervise/follow-log.ts";

const NONE = "There is no such sandbox";

const logsRoute: Route = {
  method: "GET",
  path: "/cnm/v1/sandboxes/{id}/logs",
  tag: "cnm",
  summary: "What a sandbox's program has written",
  query: { follow: "Also what it writes from now on, until it ends", tail: "Only so many of the last lines" },
  answers: { 200: "Its standard output and error, as they were written", 404: NONE, 409: "It has no program" },
  handle: async ({ cnm, files, records, supervisor }, { params, query, signal }) => {
    const { id, name } = await findSandbox(cnm, params["id"] ?? "");
    if (records.get(id).program === undefined) {
      throw new CnmError("conflict", "no-program", `sandbox ${name} has no program of the daemon's, and so no log`);
    }
    const tail = readTail(query["tail"]);
    const follow = isTrue(query["follow"]) && isRunning(records.get(id));
    const ended = follow
      ? supervisor.wait(id, signal).then(
          () => undefined,
          () => undefined,
        )
      : undefined;
    const stream = followLog(
      files.logPath(id),
      { ...(tail === undefined ? {} : { tail }), ...(ended === undefined ? {} : { ended }) },
      signal,
    );
    return { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, stream };
  },
};

function readTail(text: string | undefined): number | undefined {
  if (text === undefined || text === "" || text === "all") return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CnmError("invalid", "bad-tail", `tail ${JSON.stringify(text)} has to be a number of lines, or all`);
}

const killRoute = route({
  method: "POST",
  path: "/cnm/v1/sandboxes/{id}/kill",
  tag: "cnm",
  summary: "Sends a signal to a sandbox's program",
  body: v.object({ Signal: maybe(text) }),
  bodyOptional: true,
  answers: { 204: "It has been sent", 400: "There is no such signal", 404: NONE, 409: "No program runs" },
  handle: async ({ cnm, supervisor }, { params, body }) => {
    const { id } = await findSandbox(cnm, params["id"] ?? "");
    supervisor.kill(id, body.Signal || "SIGKILL");
    return empty(204);
  },
});

const waitRoute: Route = {
  method: "POST",
  path: "/cnm/v1/sandboxes/{id}/wait",
  tag: "cnm",
  summary: "Answers when a sandbox's program has ended",
  answers: { 200: "`{StatusCode}`; -1 if the daemon did not run when it ended", 404: NONE, 409: "It has no program" },
  handle: async ({ cnm, supervisor }, { params, signal }) => {
    const { id } = await findSandbox(cnm, params["id"] ?? "");
    return json(200, { StatusCode: await supervisor.wait(id, signal) });
  },
};

export const programRoutes: readonly Route[] = [logsRoute, killRoute, waitRoute];
