import { type JsonObject, textAt } from "../api/json.ts";
import type { Fields } from "../template/value.ts";

/** `{{.Labels}}` and `{{.Label "tier"}}`. */
export const labelsOf = (labels: JsonObject): Fields => ({
  Label: (name) => (typeof name === "string" ? textAt(labels, name) : ""),
  Labels: Object.keys(labels)
    .sort()
    .map((name) => `${name}=${textAt(labels, name)}`)
    .join(","),
});
