import { printListing } from "../../output/listing.ts";
import type { Action } from "../../program/command-spec.ts";
import { filterSandboxes } from "./filter-sandboxes.ts";
import { HEADINGS, sandboxRow } from "./sandbox-row.ts";

export const listSandboxes: Action = async (input, { io, api }) => {
  const filters = input.filters();
  const documents = filterSandboxes(await (await api()).sandboxes(), filters);
  const now = Date.now();
  const rows = documents.map((sandbox) => sandboxRow(sandbox, input.flag("no-trunc"), now));
  const columns = ["ID", "Name", "Networks", "Addresses", "Ports", "Status"];
  const listing = { headings: HEADINGS, columns, quiet: "ID", rows, documents };
  printListing(io, listing, { format: input.text("format"), quiet: input.flag("quiet") });
  return 0;
};
