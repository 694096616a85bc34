import { flagAt, isObject, type JsonObject, listAt, textAt } from "../../api/json.ts";
import { printDocument } from "../../output/documents.ts";
import type { Action } from "../../program/command-spec.ts";

export const showInfo: Action = async (input, { io, api }) => {
  const info = await (await api()).info();
  printDocument(io, info, input.text("format"), () => lines(info));
  return 0;
};

/** Every plain fact the daemon tells, then what the host can do and why it cannot do the rest. */
function lines(info: JsonObject): string {
  const facts = Object.entries(info).filter(([, value]) => typeof value !== "object");
  const features = listAt(info, "Features").filter(isObject);
  return [
    ...facts.map(([name, value]) => `${words(name)}: ${value}`),
    ...(features.length === 0 ? [] : ["Features:"]),
    ...features.map(
      (feature) =>
        ` ${textAt(feature, "Name")}: ${flagAt(feature, "Available") ? "yes" : `no: ${textAt(feature, "Reason")}`}`,
    ),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

/** "StateDir" → "State Dir" */
const words = (name: string): string => name.replace(/([a-z])([A-Z])/g, "$1 $2");
