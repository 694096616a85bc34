import type { IncomingMessage } from "node:http";
import { CliError } from "../errors.ts";
import type { Api, Filters } from "./api.ts";
import type { HostAddress } from "./host-address.ts";
import { type Call, NoDaemonError, send as sendOnce, textOf } from "./http.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";
import { jsonLines } from "./json-lines.ts";

/**
 * The daemon over HTTP. Nothing is sent before a method is called; where nobody listens then, `start` gets a chance to
 * change that.
 */
export function httpApi(address: HostAddress, start?: () => Promise<void>): Api {
  const send = async (call: Call): Promise<IncomingMessage> => {
    try {
      return await sendOnce(address, call);
    } catch (error) {
      if (!(error instanceof NoDaemonError) || start === undefined) throw error;
      await start();
      return await sendOnce(address, call);
    }
  };
  const call = async (method: Call["method"], path: string, body?: Json): Promise<Json> => {
    const text = await textOf(await send({ method, path, ...(body === undefined ? {} : { body }) }));
    return text === "" ? {} : parse(path, text);
  };
  const object = async (method: Call["method"], path: string, body?: Json): Promise<JsonObject> => {
    const answer = await call(method, path, body);
    if (isObject(answer)) return answer;
    throw new CliError(`the daemon's answer to ${path} is no object`);
  };
  const list = async (path: string): Promise<readonly Json[]> => {
    const answer = await call("GET", path);
    if (Array.isArray(answer)) return answer;
    throw new CliError(`the daemon's answer to ${path} is no list`);
  };
  const done = async (method: Call["method"], path: string, body?: Json): Promise<void> => {
    await call(method, path, body);
  };
  return {
    version: () => object("GET", "/version"),
    info: () => object("GET", "/cnm/v1/info"),
    events: async function* ({ since, until, filters }) {
      const path = `/events${query({ since, until, filters: filtersText(filters) })}`;
      yield* jsonLines(await send({ method: "GET", path }));
    },

    networks: (filters) => list(`/networks${query({ filters: filtersText(filters) })}`),
    network: (name) => object("GET", `/networks/${encodeURIComponent(name)}`),
    createNetwork: (body) => object("POST", "/networks/create", body),
    planNetwork: (body) => object("POST", "/cnm/v1/plan", body),
    removeNetwork: (name) => done("DELETE", `/networks/${encodeURIComponent(name)}`),
    pruneNetworks: (filters) => object("POST", `/networks/prune${query({ filters: filtersText(filters) })}`),
    connect: (network, body) => object("POST", `/cnm/v1/networks/${encodeURIComponent(network)}/connect`, body),
    disconnect: (network, sandbox, force) =>
      done("POST", `/networks/${encodeURIComponent(network)}/disconnect`, { Container: sandbox, Force: force }),

    sandboxes: () => list("/cnm/v1/sandboxes"),
    sandbox: (name) => object("GET", sandboxPath(name)),
    createSandbox: (body) => object("POST", "/cnm/v1/sandboxes", body),
    removeSandbox: (name, force) =>
      done("DELETE", `${sandboxPath(name)}${query({ force: force ? "true" : undefined })}`),

    services: (filters) => list(`/services${query({ filters: filtersText(filters) })}`),
    service: (name) => object("GET", servicePath(name)),
    createService: (body) => object("POST", "/services/create", body),
    updateService: (name, version, body) => object("POST", `${servicePath(name)}/update?version=${version}`, body),
    removeService: (name) => done("DELETE", servicePath(name)),
    tasks: (filters) => list(`/tasks${query({ filters: filtersText(filters) })}`),
    nodes: () => list("/nodes"),

    run: (body) => object("POST", "/cnm/v1/run", body),
    logs: async function* (sandbox, { follow, tail }) {
      const path = `${sandboxPath(sandbox)}/logs${query({ follow: follow ? "true" : undefined, tail })}`;
      yield* await send({ method: "GET", path });
    },
    kill: (sandbox, signal) => done("POST", `${sandboxPath(sandbox)}/kill`, { Signal: signal }),
    wait: (sandbox) => object("POST", `${sandboxPath(sandbox)}/wait`),

    doctor: () => object("GET", "/cnm/v1/doctor"),
    repair: () => object("POST", "/cnm/v1/repair"),
  };
}

const sandboxPath = (name: string): string => `/cnm/v1/sandboxes/${encodeURIComponent(name)}`;

const servicePath = (name: string): string => `/services/${encodeURIComponent(name)}`;

/** In the form of Docker's own client. */
function filtersText(filters: Filters): string | undefined {
  const entries = Object.entries(filters);
  if (entries.length === 0) return undefined;
  const form = entries.map(([name, values]) => [name, Object.fromEntries(values.map((value) => [value, true]))]);
  return JSON.stringify(Object.fromEntries(form));
}

function query(parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return given.length === 0 ? "" : `?${given.join("&")}`;
}

function parse(path: string, text: string): Json {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CliError(`the daemon's answer to ${path} is no JSON`, { cause });
  }
}
