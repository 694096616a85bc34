import type { CommandSpec, OptionSpec } from "../../program/command-spec.ts";
import { FILTER, FORMAT, HEALTH, LABEL, LIST_FORMAT, NO_TRUNC, QUIET } from "../options.ts";

const PORT = "[[published=]PORT[:TARGET][/PROTO]][,target=PORT][,protocol=tcp|udp|sctp][,mode=ingress|host]";

/** How connections find a task: the same when a service is made and when it is changed. */
const BALANCING: readonly OptionSpec[] = [
  {
    long: "scheduler",
    value: "NAME",
    choices: ["rr", "wrr", "lc", "wlc", "sh", "mh"],
    description: "how a task is chosen for each connection, by the names of IPVS (default: rr)",
  },
  { long: "affinity", value: "DURATION", description: "for so long a client keeps its task; 0: not at all" },
  { long: "balancer", value: "NAME", description: "ipvs, nftables or, on Windows, hcn (default: the first that can)" },
  { long: "tcp-timeout", value: "DURATION", description: "for so long an idle connection is known (default: 2h)" },
  { long: "tcp-fin-timeout", value: "DURATION", description: "the same after a FIN (default: 2m)" },
  { long: "udp-timeout", value: "DURATION", description: "the same for UDP (default: 3m)" },
  {
    long: "drain-timeout",
    value: "DURATION",
    description: "for so long a task that leaves may end what it has begun (default: 30s)",
  },
];

export const service: CommandSpec = {
  name: "service",
  summary: "Make, show, change and remove services: one name and address for many sandboxes",
  commands: [
    {
      name: "create",
      summary: "Make a service and print its id",
      details: "Its tasks are sandboxes that join for it: cnm run --service, cnm network connect --service.",
      example: "cnm service create --network app --publish 8080:80 web",
      arguments: [{ name: "NAME" }],
      options: [
        {
          long: "network",
          value: "NETWORK",
          many: true,
          names: "network",
          description: "network that it is to be on, or name=NETWORK,alias=NAME",
        },
        { short: "p", long: "publish", value: PORT, many: true, description: "publish a port of it" },
        {
          long: "endpoint-mode",
          value: "MODE",
          choices: ["vip", "dnsrr"],
          description: "what its name stands for: one virtual IP, or the tasks' addresses (default: vip)",
        },
        LABEL,
        ...HEALTH,
        ...BALANCING,
      ],
      load: async () => (await import("./create.ts")).createService,
    },
    {
      name: "ls",
      aliases: ["list"],
      summary: "List services",
      example: "cnm service ls --filter name=web --format '{{.Name}} {{.Replicas}}'",
      options: [FILTER, LIST_FORMAT, NO_TRUNC, QUIET],
      load: async () => (await import("./ls.ts")).listServices,
    },
    {
      name: "inspect",
      summary: "Show services in full",
      example: "cnm service inspect --format '{{range .Endpoint.VirtualIPs}}{{.Addr}} {{end}}' web",
      arguments: [{ name: "SERVICE", many: true, names: "service" }],
      options: [{ ...FORMAT, short: "f" }],
      load: async () => (await import("./inspect.ts")).inspectServices,
    },
    {
      name: "ps",
      summary: "List the tasks of services",
      example: "cnm service ps --filter desired-state=running web",
      arguments: [{ name: "SERVICE", many: true, names: "service" }],
      options: [
        { ...FILTER, description: "show only what has this: desired-state, id, label, name, node" },
        LIST_FORMAT,
        NO_TRUNC,
        QUIET,
      ],
      load: async () => (await import("./ps.ts")).listTasks,
    },
    {
      name: "rm",
      aliases: ["remove"],
      summary: "Remove services; their tasks go on as plain sandboxes",
      example: "cnm service rm web api",
      arguments: [{ name: "SERVICE", many: true, names: "service" }],
      load: async () => (await import("./rm.ts")).removeServices,
    },
    {
      name: "update",
      summary: "Change a service; its virtual IPs and its connections stay",
      details: "What is not given stays as it is. Name, networks and endpoint mode cannot change.",
      example: "cnm service update --publish-add 8443:443 --publish-rm 80 --scheduler wrr web",
      arguments: [{ name: "SERVICE", names: "service" }],
      options: [
        { long: "publish-add", value: PORT, many: true, description: "publish another port" },
        { long: "publish-rm", value: "TARGET[/PROTO]", many: true, description: "publish this target port no more" },
        { ...LABEL, short: "", long: "label-add" },
        { long: "label-rm", value: "KEY", many: true, description: "label to take away" },
        ...HEALTH,
        ...BALANCING,
      ],
      load: async () => (await import("./update.ts")).updateService,
    },
  ],
};
