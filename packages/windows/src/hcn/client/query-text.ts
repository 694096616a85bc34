import type { HcnQuery } from "../hcn-client.ts";
import { jsonText } from "../schema/json-text.ts";

/** Below major 2, HNS takes and gives documents of its first schema. */
export const SCHEMA_VERSION = { Major: 2, Minor: 0 } as const;

/** All of a document. */
export const WHOLE = jsonText({ SchemaVersion: SCHEMA_VERSION, Flags: "None" });

/** A query, whose filter is a JSON text within JSON. Endpoints' network has its old name in filters, even now. */
export function queryText({ id, name, network }: HcnQuery): string {
  const filter = {
    ...(id === undefined ? {} : { ID: id }),
    ...(name === undefined ? {} : { Name: name }),
    ...(network === undefined ? {} : { VirtualNetwork: network }),
  };
  if (Object.keys(filter).length === 0) return WHOLE;
  return jsonText({ SchemaVersion: SCHEMA_VERSION, Flags: "None", Filter: jsonText(filter) });
}
