import type { JsonObject } from "../../api/json.ts";
import { UsageError } from "../../errors.ts";
import { given, type Input, pairOf } from "../../program/input.ts";
import { healthcheck } from "../service/healthcheck.ts";

/** The one that leads out of the daemon's host, whatever it is called there. */
const DEFAULT = "default";

/**
 * The networks of `cnm run`, in Docker's two forms: `--network web --ip 10.7.0.9`, where --alias, --ip, --ip6,
 * --mac-address and --service belong to the first; and `--network name=web,ip=10.7.0.9,alias=www`. Without any, a task joins
 * its service's, which the daemon knows.
 */
export function networkWishes(input: Input): readonly JsonObject[] {
  const texts = input.texts("network");
  const service = input.text("service");
  const unasked = service === undefined ? [{ Network: DEFAULT }] : [{}];
  const [first = {}, ...rest] = texts.length === 0 ? unasked : texts.map(wishOf);
  const flags = given({
    Aliases: input.texts("alias"),
    Ip: input.text("ip"),
    Ip6: input.text("ip6"),
    Mac: input.text("mac-address"),
    Service: service,
    Weight: input.integer("weight"),
    Healthcheck: healthcheck(input),
  });
  const twice = Object.keys(flags).find((name) => name in first);
  if (twice !== undefined) throw new UsageError(`${twice} is given twice: in --network and by itself`);
  return [{ ...first, ...flags }, ...rest];
}

function wishOf(text: string): JsonObject {
  if (!text.includes("=")) return { Network: text };
  const aliases: string[] = [];
  const options: Record<string, string> = {};
  const fields: Record<string, string | number> = {};
  for (const [name, value] of text.split(",").map(pairOf)) {
    switch (name) {
      case "name":
        fields["Network"] = value;
        break;
      case "alias":
        aliases.push(value);
        break;
      case "ip":
        fields["Ip"] = value;
        break;
      case "ip6":
        fields["Ip6"] = value;
        break;
      case "mac-address":
        fields["Mac"] = value;
        break;
      case "gw-priority":
        if (!/^-?\d{1,10}$/.test(value)) throw new UsageError(`--network ${text}: gw-priority is no whole number`);
        fields["GatewayPriority"] = Number(value);
        break;
      case "driver-opt": {
        const [key, setting] = pairOf(value);
        options[key] = setting;
        break;
      }
      default:
        throw new UsageError(
          `--network ${text}: there is no ${JSON.stringify(name)}; there are name, alias, ip, ip6, mac-address, gw-priority, driver-opt`,
        );
    }
  }
  if (fields["Network"] === undefined) throw new UsageError(`--network ${text}: it needs name=NETWORK`);
  return { ...fields, ...given({ Aliases: aliases, Options: options }) };
}
