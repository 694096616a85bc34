import type { EndpointJson } from "../view/endpoint-json.ts";
import type { ResourceJson } from "../view/finding-json.ts";
import type { NetworkJson } from "../view/network-json.ts";
import type { SandboxJson } from "../view/sandbox-json.ts";
import type { ServiceJson } from "../view/service-json.ts";
import type { TaskJson } from "../view/task-json.ts";
import { readLines } from "./read-lines.ts";
import { type ClientOptions, type Request, Transport } from "./transport.ts";
import type {
  CallOptions,
  ConnectJson,
  ContainerJson,
  ContainerSummaryJson,
  CreatedJson,
  DoctorJson,
  EndpointConfigJson,
  EventJson,
  FilterSpec,
  InfoJson,
  NetworkRequestJson,
  RepairJson,
  RunAnswerJson,
  RunJson,
  SandboxRequestJson,
  ServiceRequestJson,
  TaskChangeJson,
  VersionJson,
} from "./types.ts";

/** The daemon's API, a method a route. Bodies and answers are those of the wire. Errors are CnmErrors, as the daemon had them. */
export type Client = ReturnType<typeof createClient>;

/**
 * @throws CnmError `invalid` for a host that cannot be; later `unavailable` "daemon-unreachable" when nobody listens there
 * @example
 * await using cnm = createClient({ host: "unix:///run/cnm/cnm.sock" });
 * const { Id } = await cnm.createNetwork({ Name: "web" });
 */
export function createClient(options: ClientOptions = {}) {
  const transport = new Transport(options);
  // The daemon of the same version answers as its routes are typed.
  const ask = async <T>(request: Request): Promise<T> => (await transport.json(request)) as T;
  const get = <T>(path: string, { signal }: CallOptions = {}, query: Request["query"] = {}) =>
    ask<T>({ method: "GET", path, query, signal });
  const post = <T>(path: string, body: unknown, { signal }: CallOptions = {}, query: Request["query"] = {}) =>
    ask<T>({ method: "POST", path, query, signal, ...(body === undefined ? {} : { body }) });
  const remove = (path: string, { signal }: CallOptions = {}, query: Request["query"] = {}) =>
    ask<void>({ method: "DELETE", path, query, signal });

  return {
    // Engine API
    version: (call?: CallOptions) => get<VersionJson>("/version", call),
    engineInfo: (call?: CallOptions) => get<Readonly<Record<string, unknown>>>("/info", call),
    networks: (filters?: FilterSpec, call?: CallOptions) =>
      get<readonly NetworkJson[]>("/networks", call, filterQuery(filters)),
    network: (id: string, call?: CallOptions) => get<NetworkJson>(`/networks/${encode(id)}`, call),
    createNetwork: (body: NetworkRequestJson, call?: CallOptions) =>
      post<{ readonly Id: string; readonly Warning: string }>("/networks/create", body, call),
    connectNetwork: (id: string, container: string, config?: EndpointConfigJson, call?: CallOptions) =>
      post<void>(`/networks/${encode(id)}/connect`, { Container: container, EndpointConfig: config ?? null }, call),
    disconnectNetwork: (id: string, container: string, force = false, call?: CallOptions) =>
      post<void>(`/networks/${encode(id)}/disconnect`, { Container: container, Force: force }, call),
    removeNetwork: (id: string, call?: CallOptions) => remove(`/networks/${encode(id)}`, call),
    pruneNetworks: (filters?: FilterSpec, call?: CallOptions) =>
      post<{ readonly NetworksDeleted: readonly string[] | null }>(
        "/networks/prune",
        undefined,
        call,
        filterQuery(filters),
      ),
    containers: (
      query: { readonly all?: boolean; readonly limit?: number; readonly filters?: FilterSpec } = {},
      call?: CallOptions,
    ) =>
      get<readonly ContainerSummaryJson[]>("/containers/json", call, {
        all: query.all,
        limit: query.limit,
        ...filterQuery(query.filters),
      }),
    container: (id: string, call?: CallOptions) => get<ContainerJson>(`/containers/${encode(id)}/json`, call),
    startContainer: (id: string, call?: CallOptions) => post<void>(`/containers/${encode(id)}/start`, undefined, call),
    stopContainer: (id: string, seconds?: number, call?: CallOptions) =>
      ask<void>({
        method: "POST",
        path: `/containers/${encode(id)}/stop`,
        query: { t: seconds },
        signal: call?.signal,
        patient: true,
      }),
    removeContainer: (id: string, force = false, call?: CallOptions) =>
      remove(`/containers/${encode(id)}`, call, { force }),
    services: (filters?: FilterSpec, call?: CallOptions) =>
      get<readonly ServiceJson[]>("/services", call, filterQuery(filters)),
    service: (id: string, call?: CallOptions) => get<ServiceJson>(`/services/${encode(id)}`, call),
    createService: (body: ServiceRequestJson, call?: CallOptions) =>
      post<{ readonly ID: string; readonly Warnings: readonly string[] | null }>("/services/create", body, call),
    /** @param version That the change is meant for, from `Version.Index`. */
    updateService: (id: string, version: number, body: ServiceRequestJson, call?: CallOptions) =>
      post<{ readonly Warnings: readonly string[] | null }>(`/services/${encode(id)}/update`, body, call, { version }),
    removeService: (id: string, call?: CallOptions) => remove(`/services/${encode(id)}`, call),
    tasks: (filters?: FilterSpec, call?: CallOptions) => get<readonly TaskJson[]>("/tasks", call, filterQuery(filters)),
    task: (id: string, call?: CallOptions) => get<TaskJson>(`/tasks/${encode(id)}`, call),
    async events(
      window: { readonly since?: string; readonly until?: string; readonly filters?: FilterSpec } = {},
      call?: CallOptions,
    ): Promise<AsyncIterable<EventJson>> {
      const query = { since: window.since, until: window.until, ...filterQuery(window.filters) };
      const stream = await transport.stream({ method: "GET", path: "/events", query, signal: call?.signal });
      return parseEach<EventJson>(readLines(stream));
    },

    // cnm's own
    sandboxes: (call?: CallOptions) => get<readonly SandboxJson[]>("/cnm/v1/sandboxes", call),
    sandbox: (id: string, call?: CallOptions) => get<SandboxJson>(`/cnm/v1/sandboxes/${encode(id)}`, call),
    createSandbox: (body: SandboxRequestJson, call?: CallOptions) => post<CreatedJson>("/cnm/v1/sandboxes", body, call),
    removeSandbox: (id: string, force = false, call?: CallOptions) =>
      remove(`/cnm/v1/sandboxes/${encode(id)}`, call, { force }),
    connect: (network: string, body: ConnectJson, call?: CallOptions) =>
      post<EndpointJson>(`/cnm/v1/networks/${encode(network)}/connect`, body, call),
    changeTask: (id: string, body: TaskChangeJson, call?: CallOptions) =>
      post<void>(`/cnm/v1/tasks/${encode(id)}`, body, call),
    run: (body: RunJson, call?: CallOptions) => post<RunAnswerJson>("/cnm/v1/run", body, call),
    logs: (
      id: string,
      query: { readonly follow?: boolean; readonly tail?: number } = {},
      call?: CallOptions,
    ): Promise<AsyncIterable<Buffer>> =>
      transport.stream({ method: "GET", path: `/cnm/v1/sandboxes/${encode(id)}/logs`, query, signal: call?.signal }),
    kill: (id: string, signal?: string, call?: CallOptions) =>
      post<void>(`/cnm/v1/sandboxes/${encode(id)}/kill`, signal === undefined ? {} : { Signal: signal }, call),
    wait: (id: string, call?: CallOptions) =>
      ask<{ readonly StatusCode: number }>({
        method: "POST",
        path: `/cnm/v1/sandboxes/${encode(id)}/wait`,
        signal: call?.signal,
        patient: true,
      }),
    doctor: (call?: CallOptions) => get<DoctorJson>("/cnm/v1/doctor", call),
    repair: (call?: CallOptions) => post<RepairJson>("/cnm/v1/repair", undefined, call),
    plan: (body: NetworkRequestJson, call?: CallOptions) =>
      post<{ readonly Resources: readonly ResourceJson[] }>("/cnm/v1/plan", body, call),
    info: (call?: CallOptions) => get<InfoJson>("/cnm/v1/info", call),
    openApi: (call?: CallOptions) => get<Readonly<Record<string, unknown>>>("/cnm/v1/openapi.json", call),

    close: () => transport.close(),
    [Symbol.asyncDispose]: () => transport.close(),
  };
}

const encode = encodeURIComponent;

const filterQuery = (filters: FilterSpec | undefined): { readonly filters?: string } =>
  filters === undefined ? {} : { filters: JSON.stringify(filters) };

async function* parseEach<T>(lines: AsyncIterable<string>): AsyncGenerator<T> {
  for await (const line of lines) yield JSON.parse(line) as T;
}
