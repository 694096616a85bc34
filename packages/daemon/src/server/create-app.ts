import { CnmError, type Logger } from "@cnm/core";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { DaemonContext } from "../context.ts";
import { readApiVersion, splitVersion } from "../route/api-version.ts";
import { readBody } from "../route/read-body.ts";
import type { Call, Route } from "../route/route.ts";
import { VERSION } from "../version.ts";
import { errorAnswer } from "./error-answer.ts";
import { sendAnswer } from "./send-answer.ts";

/** No network has a description as long as this. */
const LONGEST_BODY = 1 << 20;

/** The API without a socket: routes, versions, errors. */
export async function createApp(context: DaemonContext, routes: readonly Route[], stopping: AbortSignal) {
  const app = fastify({
    bodyLimit: LONGEST_BODY,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: true },
    rewriteUrl: ({ url = "/" }) => splitVersion(url).path,
    frameworkErrors: (error, _, reply) => answerError(context.logger, reply, "", error),
  });
  acceptAnyBody(app);
  app.addHook("onRequest", async (request, reply) => {
    reply.header("server", `cnm/${VERSION} (${process.platform})`);
    versionOf(request);
  });
  app.setErrorHandler((error, request, reply) => answerError(context.logger, reply, request.url, error));
  app.setNotFoundHandler((request, reply) => {
    answerError(context.logger, reply, request.url, new CnmError("not-found", "no-such-page", "page not found"));
  });
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.path.replaceAll(/\{(\w+)\}/g, ":$1"),
      handler: (request, reply) => handle(context, route, request, reply, stopping),
    });
  }
  await app.ready();
  return app;
}

async function handle(
  context: DaemonContext,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  stopping: AbortSignal,
): Promise<FastifyReply> {
  const gone = new AbortController();
  const operation = context.operations.begin(route.method, route.path);
  const began = performance.now();
  reply.header("cnm-operation", operation.id);
  reply.raw.once("close", () => {
    gone.abort();
    const ended = { ...operation, status: reply.raw.statusCode, seconds: (performance.now() - began) / 1000 };
    context.operations.end(ended);
    const { id, ...rest } = ended;
    context.logger[route.method === "GET" ? "debug" : "info"]({ operation: id, ...rest }, "a request is answered");
  });
  const call: Call<unknown> = {
    params: request.params as Readonly<Record<string, string>>,
    query: singleValues(request.query as Readonly<Record<string, unknown>>),
    body: bodyOf(route, request),
    api: versionOf(request),
    signal: AbortSignal.any([gone.signal, stopping]),
    request: request.raw,
  };
  return await sendAnswer(reply, await route.handle(context, call), context.logger);
}

const versionOf = ({ originalUrl }: FastifyRequest) => readApiVersion(splitVersion(originalUrl).version);

/** Schemas parse bodies, so that their errors have Docker's form. */
function acceptAnyBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_, body, done) => done(null, body));
}

function bodyOf({ body, bodyOptional = false }: Route, request: FastifyRequest): unknown {
  if (body === undefined) return undefined;
  const text = typeof request.body === "string" ? request.body : "";
  const type = request.headers["content-type"] ?? "";
  if (text !== "" && !/^application\/json\s*(?:;|$)/i.test(type)) {
    const message = `unsupported Content-Type header (${type}): must be 'application/json'`;
    throw new CnmError("invalid", "content-type", message);
  }
  return readBody(body, text, bodyOptional);
}

/** Of a parameter that is there twice, the first counts, as in Go. */
function singleValues(query: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(query).map(([key, value]) => [key, String(Array.isArray(value) ? value[0] : value)]),
  );
}

function answerError(logger: Logger, reply: FastifyReply, url: string, error: unknown): void {
  const { status, headers, body, unexpected } = errorAnswer(error, url.startsWith("/cnm/"));
  const operation = reply.getHeader("cnm-operation");
  if (unexpected) logger.error({ err: error, url, operation }, "a request failed");
  void reply
    .status(status)
    .headers({ ...headers, "content-type": "application/json" })
    .send(Buffer.from(JSON.stringify(body)));
}
