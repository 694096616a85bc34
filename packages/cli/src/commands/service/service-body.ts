import type { Json, JsonObject } from "../../api/json.ts";
import { UsageError } from "../../errors.ts";
import { given, type Input, pairOf } from "../../program/input.ts";
import { healthcheck } from "./healthcheck.ts";
import { readPublish } from "./read-publish.ts";

/** The Engine API's body of `POST /services/create`, with cnm's own part. */
export function serviceBody(input: Input): JsonObject {
  return {
    Name: input.arg(0),
    Labels: input.pairs("label"),
    TaskTemplate: {
      Networks: input.texts("network").map(networkOf),
      ...given({ ContainerSpec: given({ Healthcheck: healthcheck(input) }) }),
    },
    EndpointSpec: {
      ...given({ Mode: input.text("endpoint-mode") }),
      Ports: input.texts("publish").map((text) => readPublish("publish", text)),
    },
    ...given({ Cnm: balancing(input) }),
  };
}

/** What Docker has no words for; only what is given. */
export const balancing = (input: Input): JsonObject =>
  given({
    Scheduler: input.text("scheduler"),
    Balancer: input.text("balancer"),
    Affinity: input.seconds("affinity"),
    Timeouts: given({
      Tcp: input.seconds("tcp-timeout"),
      TcpFin: input.seconds("tcp-fin-timeout"),
      Udp: input.seconds("udp-timeout"),
    }),
    DrainTimeout: input.seconds("drain-timeout"),
  });

/** "web", or "name=web,alias=www" as Docker has it. */
function networkOf(text: string): Json {
  if (!text.includes("=")) return { Target: text };
  const aliases: string[] = [];
  let target = "";
  for (const [name, value] of text.split(",").map(pairOf)) {
    if (name === "name") target = value;
    else if (name === "alias") aliases.push(value);
    else throw new UsageError(`--network ${text}: there is no ${JSON.stringify(name)}; there are name, alias`);
  }
  if (target === "") throw new UsageError(`--network ${text}: it needs name=NETWORK`);
  return { Target: target, ...given({ Aliases: aliases }) };
}
