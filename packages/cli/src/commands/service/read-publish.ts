import type { JsonObject } from "../../api/json.ts";
import { UsageError } from "../../errors.ts";
import { pairOf } from "../../program/input.ts";

/**
 * A port of a service, in Docker's two forms: "8080:80/udp", and "published=8080,target=80,protocol=udp,mode=host", where
 * "published=" may be left out. One number alone is both ports.
 */
export function readPublish(option: string, text: string): JsonObject {
  const fields = /[=,]/.test(text) ? longForm(option, text) : shortForm(text);
  const port = (name: string, number: string | undefined): number => {
    if (number !== undefined && /^\d{1,5}$/.test(number)) return Number(number);
    throw new UsageError(`--${option} ${text}: ${name} ${JSON.stringify(number ?? "")} is no port`);
  };
  const target = fields.get("target") ?? fields.get("published");
  const published = fields.get("published");
  return {
    Protocol: fields.get("protocol") ?? "tcp",
    TargetPort: port("target", target),
    ...(published === undefined ? {} : { PublishedPort: port("published", published) }),
    PublishMode: fields.get("mode") ?? "ingress",
  };
}

function shortForm(text: string): ReadonlyMap<string, string> {
  const [ports = "", protocol] = text.split("/");
  const [published = "", ...rest] = ports.split(":");
  const fields = new Map([["published", published]]);
  if (rest.length > 0) fields.set("target", rest.join(":"));
  if (protocol !== undefined) fields.set("protocol", protocol);
  return fields;
}

const KEYS = ["published", "target", "protocol", "mode"];

function longForm(option: string, text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const [at, part] of text.split(",").entries()) {
    const [name, value] = at === 0 && !part.includes("=") ? (["published", part] as const) : pairOf(part);
    if (!KEYS.includes(name)) {
      const known = KEYS.join(", ");
      throw new UsageError(`--${option} ${text}: there is no ${JSON.stringify(name)}; there are ${known}`);
    }
    if (fields.has(name)) throw new UsageError(`--${option} ${text}: ${name} is given twice`);
    fields.set(name, value);
  }
  return fields;
}
