import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openApiDocument } from "./openapi-document.ts";
import { routes } from "./routes.ts";

const path = fileURLToPath(new URL("../../../../docs/openapi.json", import.meta.url));

/** UPDATE_GOLDEN=1 writes it anew. */
it("docs/openapi.json is what the routes are", () => {
  const text = `${JSON.stringify(openApiDocument(routes), undefined, 2)}\n`;
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, text);
  expect(readFileSync(path, "utf8")).toBe(text);
});

it("no two routes are the same", () => {
  const names = routes.map(({ method, path: place }) => `${method} ${place}`);
  expect(new Set(names).size).toBe(names.length);
});
