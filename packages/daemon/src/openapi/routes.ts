import { cnmRoutes } from "../cnm/routes.ts";
import { engineRoutes } from "../engine/routes.ts";
import { json } from "../route/answer.ts";
import type { Route } from "../route/route.ts";
import { openApiDocument } from "./openapi-document.ts";

const openApiRoute: Route = {
  method: "GET",
  path: "/cnm/v1/openapi.json",
  tag: "cnm",
  summary: "This document",
  answers: { 200: "An OpenAPI 3.1 document" },
  handle: async () => json(200, openApiDocument(routes)),
};

/** Everything that the daemon serves. */
export const routes: readonly Route[] = [...engineRoutes, ...cnmRoutes, openApiRoute];
