import { formatApi, NEWEST_API } from "../route/api-version.ts";
import type { Route } from "../route/route.ts";
import { VERSION } from "../version.ts";
import { jsonSchema } from "./json-schema.ts";

/** What the routes are, for people and programs: from the routes themselves. */
export function openApiDocument(routes: readonly Route[]) {
  const paths = new Map<string, Record<string, unknown>>();
  for (const route of routes) {
    const operations = paths.get(route.path) ?? {};
    paths.set(route.path, operations);
    operations[route.method.toLowerCase()] = operation(route);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "cnm",
      version: VERSION,
      description: `The Docker Engine API ${formatApi(NEWEST_API)} as far as it is about networks, with and without a version before the path, and cnm's own routes.`,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths: Object.fromEntries(paths),
    components: { schemas: { Error: ERROR } },
  };
}

const ERROR = {
  type: "object",
  properties: { message: { type: "string" } },
  required: ["message"],
};

function operation({ path, tag, summary, query = {}, body, bodyOptional = false, answers }: Route) {
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: "path",
      required: true,
      description: "An id, a name, or the start of an id",
      schema: { type: "string" },
    })),
    ...Object.entries(query).map(([name, description]) => ({
      name,
      in: "query",
      description,
      schema: { type: "string" },
    })),
  ];
  return {
    tags: [tag],
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: { required: !bodyOptional, content: { "application/json": { schema: jsonSchema(body) } } },
        }),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, meaning]) => [status, answer(status, meaning)]),
    ),
  };
}

function answer(status: string, description: string) {
  if (Number(status) < 400) return { description };
  return { description, content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } } };
}
