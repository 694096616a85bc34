import type { IncomingMessage } from "node:http";
import type * as v from "valibot";
import type { DaemonContext } from "../context.ts";
import type { Answer } from "./answer.ts";
import type { ApiVersion } from "./api-version.ts";

export type Method = "GET" | "HEAD" | "POST" | "DELETE";
export type BodySchema = v.GenericSchema;

/** One call of the API as a handler sees it. */
export interface Call<Body> {
  /** Parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Body;
  /** The version of the Engine API that the client speaks. */
  readonly api: ApiVersion;
  /** Aborted when the client has gone, or the daemon stops. */
  readonly signal: AbortSignal;
  readonly request: IncomingMessage;
}

/** One route: what the server serves and what the OpenAPI document says come from this. */
export interface Route {
  readonly method: Method;
  /** "/networks/{id}" */
  readonly path: string;
  readonly tag: "Engine" | "Networks" | "Containers" | "Services" | "cnm";
  readonly summary: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: BodySchema;
  /** Without one, `{}` is taken. */
  readonly bodyOptional?: boolean;
  /** Status → what it means. */
  readonly answers: Readonly<Record<number, string>>;
  handle(context: DaemonContext, call: Call<unknown>): Promise<Answer>;
}

export interface RouteSpec<S extends BodySchema> extends Omit<Route, "body" | "handle"> {
  readonly body: S;
  handle(context: DaemonContext, call: Call<v.InferOutput<S>>): Promise<Answer>;
}

/** A route whose body has been parsed by its schema when the handler sees it. */
export function route<S extends BodySchema>(spec: RouteSpec<S>): Route {
  return { ...spec, handle: (context, call) => spec.handle(context, call as Call<v.InferOutput<S>>) };
}
