import type { Json, JsonObject } from "./json.ts";

/** Which objects are meant: name of a filter → its values. */
export type Filters = Readonly<Record<string, readonly string[]>>;

/** What the commands need of a daemon: the Engine API where Docker has words for it, `/cnm/v1` for the rest. */
export interface Api {
  version(): Promise<JsonObject>;
  info(): Promise<JsonObject>;
  /** One event after the other, until `until` or without end. */
  events(query: EventQuery): AsyncIterable<JsonObject>;

  networks(filters: Filters): Promise<readonly Json[]>;
  network(name: string): Promise<JsonObject>;
  createNetwork(body: JsonObject): Promise<JsonObject>;
  planNetwork(body: JsonObject): Promise<JsonObject>;
  removeNetwork(name: string): Promise<void>;
  pruneNetworks(filters: Filters): Promise<JsonObject>;
  connect(network: string, body: JsonObject): Promise<JsonObject>;
  disconnect(network: string, sandbox: string, force: boolean): Promise<void>;

  sandboxes(): Promise<readonly Json[]>;
  sandbox(name: string): Promise<JsonObject>;
  createSandbox(body: JsonObject): Promise<JsonObject>;
  removeSandbox(name: string, force: boolean): Promise<void>;

  services(filters: Filters): Promise<readonly Json[]>;
  service(name: string): Promise<JsonObject>;
  createService(body: JsonObject): Promise<JsonObject>;
  /** @param version That the change is meant for: it fails when somebody has changed the service since. */
  updateService(name: string, version: number, body: JsonObject): Promise<JsonObject>;
  removeService(name: string): Promise<void>;
  tasks(filters: Filters): Promise<readonly Json[]>;
  nodes(): Promise<readonly Json[]>;

  run(body: JsonObject): Promise<JsonObject>;
  /** What the sandbox's program wrote, as it comes. */
  logs(sandbox: string, query: LogQuery): AsyncIterable<Uint8Array>;
  kill(sandbox: string, signal: string): Promise<void>;
  wait(sandbox: string): Promise<JsonObject>;

  doctor(): Promise<JsonObject>;
  repair(): Promise<JsonObject>;
}

export interface EventQuery {
  readonly since?: string;
  readonly until?: string;
  readonly filters: Filters;
}

export interface LogQuery {
  readonly follow: boolean;
  readonly tail?: string;
}
