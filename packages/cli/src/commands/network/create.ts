import { isObject, listAt, textAt } from "../../api/json.ts";
import { printListing } from "../../output/listing.ts";
import { withProgress } from "../../output/progress.ts";
import type { Action } from "../../program/command-spec.ts";
import { networkBody } from "./network-body.ts";

export const createNetwork: Action = async (input, { io, api }) => {
  const body = networkBody(input);
  const daemon = await api();
  if (input.flag("dry-run")) {
    const documents = listAt(await daemon.planNetwork(body), "Resources");
    const rows = documents
      .filter(isObject)
      .map((resource) => ({ Kind: textAt(resource, "Kind"), Key: textAt(resource, "Key") }));
    const headings = { Kind: "KIND", Key: "OBJECT" };
    const listing = { headings, columns: ["Kind", "Key"], quiet: "Key", rows, documents };
    printListing(io, listing, { format: input.text("format"), quiet: false });
    return 0;
  }
  const made = await withProgress(io, `making network ${input.arg(0)}`, daemon.createNetwork(body));
  const warning = textAt(made, "Warning");
  if (warning !== "") io.err(`WARNING: ${warning}\n`);
  io.out(`${textAt(made, "Id")}\n`);
  return 0;
};
