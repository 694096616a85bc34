import type { Json } from "../api/json.ts";
import type { Io } from "../io.ts";
import { compileTemplate } from "../template/template.ts";

/** What `inspect` shows: a list as one JSON document, or a template for each thing. */
export function printDocuments(io: Io, documents: readonly Json[], format: string | undefined): void {
  if (format === undefined || format === "json") {
    io.out(`${JSON.stringify(documents, undefined, 4)}\n`);
    return;
  }
  const template = compileTemplate(format);
  io.out(documents.map((document) => `${template.render(document)}\n`).join(""));
}

/** What there is one of: a text for people, one JSON document, or a template. */
export function printDocument(io: Io, document: Json, format: string | undefined, text: () => string): void {
  if (format === undefined) io.out(text());
  else if (format === "json") io.out(`${JSON.stringify(document, undefined, 2)}\n`);
  else io.out(`${compileTemplate(format).render(document)}\n`);
}
