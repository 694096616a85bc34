import type { OptionSpec } from "../program/command-spec.ts";

/** Options that many commands share. */
export const FORMAT: OptionSpec = {
  long: "format",
  value: "FORMAT",
  description: "json for one JSON document, or a Go template such as '{{json .}}' or '{{.Name}}'",
};

export const LIST_FORMAT: OptionSpec = {
  long: "format",
  value: "FORMAT",
  description:
    "table, 'table TEMPLATE', json for one JSON document, or a Go template for each line, such as '{{json .}}'",
};

export const QUIET: OptionSpec = { short: "q", long: "quiet", description: "show ids only" };
export const NO_TRUNC: OptionSpec = { long: "no-trunc", description: "show ids and texts in full" };

export const FILTER: OptionSpec = {
  short: "f",
  long: "filter",
  value: "KEY=VALUE",
  many: true,
  description: "show only what has this",
};
export const LABEL: OptionSpec = {
  short: "l",
  long: "label",
  value: "KEY=VALUE",
  many: true,
  description: "label to set",
};
export const FORCE: OptionSpec = { short: "f", long: "force", description: "force it" };
export const SYSCTL: OptionSpec = {
  long: "sysctl",
  value: "NAME=VALUE",
  many: true,
  description: "setting of the sandbox's network namespace",
};

/** What is in a sandbox's /etc. */
export const NAMING: readonly OptionSpec[] = [
  { long: "domainname", value: "NAME", description: "domain name" },
  { long: "dns", value: "IP", many: true, description: "name server to ask" },
  { long: "dns-search", value: "DOMAIN", many: true, description: "domain to search names in" },
  { long: "dns-option", value: "OPTION", many: true, description: "option of resolv.conf" },
  { long: "add-host", value: "HOST:IP", many: true, description: "further line of /etc/hosts" },
];

/** How the health of tasks is found out. */
export const HEALTH: readonly OptionSpec[] = [
  { long: "health-cmd", value: "COMMAND", description: "a task is healthy if this ends well in its sandbox, with sh" },
  {
    long: "health-http",
    value: "URL",
    description:
      "or if it answers a GET with a status below 400: http://:8080/health; without a host, at its own addresses",
  },
  { long: "health-tcp", value: "[ADDRESS:]PORT", description: "or if it takes connections" },
  { long: "health-interval", value: "DURATION", description: "time between tests (default: 30s)" },
  { long: "health-timeout", value: "DURATION", description: "a test that takes longer has failed (default: 30s)" },
  { long: "health-retries", value: "N", description: "so many failures in a row make it unhealthy (default: 3)" },
  {
    long: "health-start-period",
    value: "DURATION",
    description: "failures do not count for so long, while it has not been healthy yet (default: 0s)",
  },
  {
    long: "health-start-interval",
    value: "DURATION",
    description: "time between tests until then, at most (default: 5s)",
  },
  { long: "no-healthcheck", description: "make no tests" },
];

/** The part in a service that an endpoint has. */
export const TASK: readonly OptionSpec[] = [
  { long: "service", value: "SERVICE", names: "service", description: "be a task of this service" },
  { long: "weight", value: "N", description: "share of its connections, from 1 to 65535 (default: 1)" },
  ...HEALTH,
];
