import type { Drift } from "../contracts/platform.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { ServiceId } from "../model/ids.ts";
import type { Network } from "../model/network.ts";
import type { Change } from "../model/resource.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { Service } from "../model/service.ts";
import type { Health } from "../model/task.ts";

/** What a controller tells, by name. */
export interface ControllerEvents {
  "network.create": { readonly network: Network };
  "network.remove": { readonly network: Network };
  "sandbox.create": { readonly sandbox: Sandbox };
  "sandbox.remove": { readonly sandbox: Sandbox };
  /** Somebody else's namespace is gone: the sandbox and its endpoints are forgotten. */
  "sandbox.lost": { readonly sandbox: Sandbox; readonly endpoints: readonly Endpoint[] };
  "endpoint.join": { readonly endpoint: Endpoint };
  "endpoint.leave": { readonly endpoint: Endpoint };
  /** Other default routes of the sandbox go through this endpoint than before. */
  "endpoint.gateway": { readonly endpoint: Endpoint };
  /** What its tasks' health, or their draining, has become. */
  "endpoint.health": { readonly endpoint: Endpoint };
  /** A task's health has become another one; `reason` tells what the test said, where it comes from one. */
  "task.health": {
    readonly endpoint: Endpoint;
    readonly service: Service;
    readonly health: Health;
    readonly before: Health;
    readonly reason?: string;
  };
  "service.create": { readonly service: Service };
  "service.update": { readonly service: Service };
  "service.remove": { readonly service: Service };
  /** The tasks that a service has now, with their health. Names are to follow. */
  "service.tasks": { readonly service: Service; readonly tasks: readonly Endpoint[] };
  /** A sandbox, or without an endpoint the host itself, could not be told of a service: it has what it had, until a repair. */
  "service.untold": { readonly serviceId: ServiceId; readonly endpoint?: Endpoint; readonly error: unknown };
  /** The host was not as it should be, and was changed so. */
  repair: { readonly change: Change };
  /** The kernel says that something changed which may be drift. */
  drift: Drift;
}
