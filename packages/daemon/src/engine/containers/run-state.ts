import { CnmError } from "@cnm/core";
import type { DaemonContext } from "../../context.ts";
import { findSandbox } from "../../find/find-sandbox.ts";
import { isRunning } from "../../records/sandbox-record.ts";
import { empty, json } from "../../route/answer.ts";
import type { Call, Route } from "../../route/route.ts";

const find = ({ cnm }: DaemonContext, { params }: Call<unknown>) => findSandbox(cnm, params["id"] ?? "");

const NONE = "There is no such sandbox";

export const startContainer: Route = {
  method: "POST",
  path: "/containers/{id}/start",
  tag: "Containers",
  summary: "Starts a sandbox's program again",
  query: { detachKeys: "Accepted; there is no terminal" },
  answers: { 204: "It runs", 304: "It ran already, or there is none to start", 404: NONE },
  handle: async (context, call) => {
    const { id } = await find(context, call);
    const record = context.records.get(id);
    if (record.program === undefined || isRunning(record)) return empty(304);
    await context.supervisor.start(id);
    return empty(204);
  },
};

export const stopContainer: Route = {
  method: "POST",
  path: "/containers/{id}/stop",
  tag: "Containers",
  summary: "Ends a sandbox's program: SIGTERM, and SIGKILL when that has not helped",
  query: { t: "Seconds between the two; 10 unless given, below zero for ever", signal: "Instead of SIGTERM" },
  answers: { 204: "It has ended", 304: "It had ended, or there is none", 404: NONE },
  handle: async (context, call) => {
    const { id } = await find(context, call);
    if (!isRunning(context.records.get(id))) return empty(304);
    const seconds = call.query["t"] === undefined || call.query["t"] === "" ? 10 : Number(call.query["t"]);
    if (!Number.isInteger(seconds))
      throw new CnmError("invalid", "bad-timeout", `invalid value for t: ${call.query["t"]}`);
    await context.supervisor.stop(id, call.query["signal"] || "SIGTERM", seconds);
    return empty(204);
  },
};

export const killContainer: Route = {
  method: "POST",
  path: "/containers/{id}/kill",
  tag: "Containers",
  summary: "Sends a signal to a sandbox's program",
  query: { signal: "A name or a number; SIGKILL unless given" },
  answers: { 204: "It has been sent", 400: "There is no such signal", 404: NONE, 409: "There is no program running" },
  handle: async (context, call) => {
    try {
      const { id } = await find(context, call);
      context.supervisor.kill(id, call.query["signal"] || "SIGKILL");
    } catch (error) {
      if (!(error instanceof CnmError) || error.kind === "invalid") throw error;
      const message = `Cannot kill container: ${call.params["id"]}: ${error.message}`;
      throw new CnmError(error.kind, error.code, message, { cause: error });
    }
    return empty(204);
  },
};

export const waitContainer: Route = {
  method: "POST",
  path: "/containers/{id}/wait",
  tag: "Containers",
  summary: "Answers when a sandbox's program has ended",
  query: { condition: "`not-running`, `next-exit` or `removed`" },
  answers: { 200: "`{StatusCode}`", 404: NONE, 409: "There is no program" },
  handle: async (context, call) => {
    const { id } = await find(context, call);
    return json(200, { StatusCode: await context.supervisor.wait(id, call.signal), Error: null });
  },
};

export const renameContainer: Route = {
  method: "POST",
  path: "/containers/{id}/rename",
  tag: "Containers",
  summary: "Not supported: a sandbox keeps its name",
  query: { name: "The new name" },
  answers: { 404: NONE, 501: "It cannot be renamed" },
  handle: async (context, call) => {
    const { name } = await find(context, call);
    throw new CnmError("unsupported", "rename", `sandbox ${name} keeps its name: its endpoints are known by it`);
  },
};

export const createContainer: Route = {
  method: "POST",
  path: "/containers/create",
  tag: "Containers",
  summary: "Not supported: cnm has no images",
  answers: { 501: "Use `POST /cnm/v1/run`" },
  handle: async () => {
    const message = "cnm makes networks, not containers: use `cnm run`, or a sandbox of your own";
    throw new CnmError("unsupported", "no-containers", message);
  },
};
