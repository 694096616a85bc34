import { flagAt, type Json, objectAt, textAt } from "../../api/json.ts";
import { labelsOf } from "../../output/labels.ts";
import { printListing } from "../../output/listing.ts";
import { shortId } from "../../output/short-id.ts";
import type { Action } from "../../program/command-spec.ts";
import type { Fields } from "../../template/value.ts";

const HEADINGS = {
  ID: "NETWORK ID",
  Name: "NAME",
  Driver: "DRIVER",
  Scope: "SCOPE",
  IPv4: "IPV4",
  IPv6: "IPV6",
  Internal: "INTERNAL",
  Labels: "LABELS",
  CreatedAt: "CREATED AT",
};

export const listNetworks: Action = async (input, { io, api }) => {
  const documents = await (await api()).networks(input.filters());
  const sorted = documents.toSorted((one, other) => (textAt(one, "Name") < textAt(other, "Name") ? -1 : 1));
  const rows = sorted.map((network) => row(network, input.flag("no-trunc")));
  const listing = {
    headings: HEADINGS,
    columns: ["ID", "Name", "Driver", "Scope"],
    quiet: "ID",
    rows,
    documents: sorted,
  };
  printListing(io, listing, { format: input.text("format"), quiet: input.flag("quiet") });
  return 0;
};

/** Docker's fields, and its way to make texts of them all. */
function row(network: Json, full: boolean): Fields {
  const id = textAt(network, "Id");
  return {
    CreatedAt: goTime(textAt(network, "Created")),
    Driver: textAt(network, "Driver"),
    ID: full ? id : shortId(id),
    IPv4: String(flagAt(network, "EnableIPv4")),
    IPv6: String(flagAt(network, "EnableIPv6")),
    Internal: String(flagAt(network, "Internal")),
    ...labelsOf(objectAt(network, "Labels")),
    Name: textAt(network, "Name"),
    Scope: textAt(network, "Scope"),
  };
}

/** As Go prints a time: "2026-03-04T05:06:07.89Z" → "2026-03-04 05:06:07.89 +0000 UTC". */
const goTime = (text: string): string => text.replace("T", " ").replace("Z", " +0000 UTC");
