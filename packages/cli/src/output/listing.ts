import type { Json } from "../api/json.ts";
import type { Io } from "../io.ts";
import { compileTemplate } from "../template/template.ts";
import type { Fields } from "../template/value.ts";
import { tableText } from "./table.ts";

/** Things to be listed, for people, templates and programs. */
export interface Listing {
  /** Every field that templates can show, with its heading in a table. */
  readonly headings: Readonly<Record<string, string>>;
  /** The fields that a table shows unless a template says otherwise. */
  readonly columns: readonly string[];
  /** The field that `--quiet` shows. */
  readonly quiet: string;
  readonly rows: readonly Fields[];
  /** The same things, as the daemon's API has them. */
  readonly documents: readonly Json[];
}

export interface ListingChoice {
  readonly format: string | undefined;
  readonly quiet: boolean;
}

/** `--format` is `table`, `table TEMPLATE`, `json` (one document) or a template for each line. */
export function printListing(io: Io, listing: Listing, { format = "table", quiet }: ListingChoice): void {
  const { headings, columns, rows, documents } = listing;
  if (quiet) {
    printLines(io, `{{.${listing.quiet}}}`, rows);
    return;
  }
  if (format === "json") {
    io.out(`${JSON.stringify(documents, undefined, 2)}\n`);
    return;
  }
  const [, table, given = ""] = /^(table)(?:\s+(.*))?$/s.exec(format) ?? [];
  if (table === undefined) {
    printLines(io, unescaped(format), rows);
    return;
  }
  const template = compileTemplate(given === "" ? columns.map((name) => `{{.${name}}}`).join("\t") : unescaped(given));
  const heading = template.renderHeading({ ...headings, Label: (name) => (typeof name === "string" ? name : "") });
  io.out(tableText([heading, ...rows.map((row) => template.render(row))]));
}

function printLines(io: Io, format: string, rows: readonly Fields[]): void {
  const template = compileTemplate(format);
  io.out(rows.map((row) => `${template.render(row)}\n`).join(""));
}

/** A shell passes `\t` on as two characters. */
const unescaped = (format: string): string => format.replaceAll("\\t", "\t").replaceAll("\\n", "\n");
