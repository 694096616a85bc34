import * as v from "valibot";
import { readPublish } from "../../../packages/cli/src/commands/service/read-publish.ts";
import { UsageError } from "../../../packages/cli/src/errors.ts";
import { parseServiceSpec } from "../../../packages/core/src/options/parse-service-spec.ts";
import { refuseMeaningless } from "../../../packages/daemon/src/engine/services/refuse-meaningless.ts";
import { serviceBody, serviceSpec } from "../../../packages/daemon/src/engine/services/service-body.ts";
import { below, pick, several } from "../pick.ts";
import type { FuzzTarget, Random } from "../target.ts";
import { someText, someValue, textOf, toBytes, toText } from "../texts.ts";
import { type Shape, shaped, some, textMap, texts } from "./options.ts";

const port = (random: Random) => pick(random, [0, 1, 80, 8080, 65_535, 65_536, -1, 0.5, "80"]);
const seconds = (random: Random) => pick(random, [0, 1, 600, 2_073_600, 2_073_601, -1, 1e308, "60"]);
const word =
  (...words: readonly string[]) =>
  (random: Random) =>
    random() < 0.8 ? pick(random, words) : someText(random);

const PORT: Shape = {
  published: port,
  target: port,
  protocol: word("tcp", "udp", "sctp"),
  mode: word("ingress", "host"),
  name: someText,
};

const SPEC: Shape = {
  name: someText,
  networks: (random) =>
    several(random, 4, () => (random() < 0.5 ? someText(random) : some({ network: someText, aliases: texts })(random))),
  endpointMode: word("vip", "dnsrr"),
  ports: (random) => several(random, 4, () => some(PORT)(random)),
  scheduler: word("rr", "wrr", "lc", "wlc", "sh", "mh"),
  affinity: seconds,
  balancer: word("ipvs", "nftables"),
  timeouts: (random) => some({ tcp: seconds, tcpFin: seconds, udp: seconds })(random),
  drainTimeout: seconds,
  labels: textMap,
};

const BODY: Shape = {
  Name: someText,
  Labels: textMap,
  TaskTemplate: (random) => some({ Networks: networksOf, ContainerSpec: someValue, ForceUpdate: port })(random),
  Networks: (random) => networksOf(random),
  Mode: (random) => pick(random, [someValue(random), { Replicated: { Replicas: below(random, 3) } }, { Global: {} }]),
  UpdateConfig: someValue,
  EndpointSpec: (random) =>
    some({
      Mode: word("vip", "dnsrr"),
      Ports: (random) =>
        several(random, 3, () =>
          some({ TargetPort: port, PublishedPort: port, Protocol: word("tcp"), PublishMode: word("host") })(random),
        ),
    })(random),
  Cnm: (random) =>
    some({ Scheduler: word("rr", "sh"), Balancer: word("ipvs"), Affinity: seconds, DrainTimeout: seconds })(random),
};

const networksOf = (random: Random) => several(random, 3, () => some({ Target: someText, Aliases: texts })(random));

const PUBLISH = [
  ...["80", "8080", "0", "65536", ":", ":", "/", "tcp", "udp", ",", ",", "=", "=", "published", "target", "protocol"],
  ...["mode", "host", "ingress", "published=8080", "target=80", "mode=host", "[::1]", " "],
];

/** What describes services: specs, bodies of requests, and the command's `--publish`. */
export const services = (): readonly FuzzTarget[] => [
  shaped("service spec", SPEC, (value) => parseServiceSpec(value)),
  shaped("service body", BODY, (value) => {
    const body = v.safeParse(serviceBody, value);
    if (!body.success) return body.issues;
    refuseMeaningless(body.output, 2);
    return parseServiceSpec(serviceSpec(body.output));
  }),
  {
    name: "published service port",
    generate: (random) => toBytes(textOf(random, PUBLISH, 8)),
    run: (input) => said(() => readPublish("publish", toText(input))),
  },
];

/** The command tells its user of a UsageError, as of what the library throws. */
function said(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}
