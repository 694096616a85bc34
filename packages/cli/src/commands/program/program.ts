import type { CommandSpec } from "../../program/command-spec.ts";
import { LABEL, NAMING, SYSCTL, TASK } from "../options.ts";

const COMMAND = [
  { name: "COMMAND", names: "program" },
  { name: "ARG", optional: true, many: true },
] as const;

const ENV = {
  short: "e",
  long: "env",
  value: "NAME=VALUE",
  many: true,
  description: "environment variable; NAME alone passes yours on",
};
const WORKDIR = {
  short: "w",
  long: "workdir",
  value: "PATH",
  names: "folder",
  description: "working folder (default: yours)",
} as const;

export const run: CommandSpec = {
  name: "run",
  summary: "Run a program in a sandbox of its own",
  details:
    "In the foreground the program has your terminal, your environment and your files, with its own /etc/hosts,\n" +
    "/etc/resolv.conf and host name; its exit status is passed on: 126 or 127 when it cannot be started, 128+N when\n" +
    "signal N ended it. With --detach the daemon runs it and keeps what it writes for `cnm logs`.",
  example: "cnm run --rm --network web -p 8080:80 -- python3 -m http.server 80",
  arguments: COMMAND,
  passThrough: true,
  options: [
    { long: "name", value: "NAME", description: "name of the sandbox (default: an invented one)" },
    {
      long: "network",
      value: "NETWORK",
      many: true,
      names: "network",
      description:
        "network to join (default: those of --service, else bridge, on Windows nat), or name=NETWORK,alias=A,ip=IP,ip6=IP,mac-address=MAC,gw-priority=N,driver-opt=K=V",
    },
    { short: "p", long: "publish", value: "[[HOSTIP:]HOST:]PORT[/PROTO]", many: true, description: "publish a port" },
    { long: "alias", value: "NAME", many: true, description: "further name on the first network" },
    { long: "ip", value: "IP", description: "IPv4 address on the first network" },
    { long: "ip6", value: "IP", description: "IPv6 address on the first network" },
    { long: "mac-address", value: "MAC", description: "MAC address on the first network" },
    ...TASK,
    { short: "h", long: "hostname", value: "NAME", description: "host name inside" },
    ...NAMING,
    ENV,
    WORKDIR,
    LABEL,
    SYSCTL,
    { short: "d", long: "detach", description: "let the daemon run it; print the sandbox's id" },
    { long: "rm", description: "remove the sandbox when the program ends" },
  ],
  load: async () => (await import("./run.ts")).runProgram,
};

export const exec: CommandSpec = {
  name: "exec",
  summary: "Run a program inside a sandbox",
  details:
    "The program has your terminal, your environment and your files. Its exit status is passed on as with `cnm run`.",
  example: "cnm exec web1 -- ip address",
  arguments: [{ name: "SANDBOX", names: "sandbox" }, ...COMMAND],
  passThrough: true,
  options: [ENV, WORKDIR],
  load: async () => (await import("./exec.ts")).execProgram,
};

export const logs: CommandSpec = {
  name: "logs",
  summary: "Show what a detached program has written",
  example: "cnm logs --follow --tail 10 web1",
  arguments: [{ name: "SANDBOX", names: "sandbox" }],
  options: [
    { short: "f", long: "follow", description: "go on until the program ends" },
    { short: "n", long: "tail", value: "N", description: "only the last N lines" },
  ],
  load: async () => (await import("./logs.ts")).showLogs,
};

export const kill: CommandSpec = {
  name: "kill",
  summary: "Send a signal to detached programs",
  example: "cnm kill --signal TERM web1",
  arguments: [{ name: "SANDBOX", many: true, names: "sandbox" }],
  options: [{ short: "s", long: "signal", value: "SIGNAL", description: "name or number (default: KILL)" }],
  load: async () => (await import("./kill.ts")).killPrograms,
};

export const wait: CommandSpec = {
  name: "wait",
  summary: "Wait until detached programs end; print their exit statuses",
  example: "cnm wait web1",
  arguments: [{ name: "SANDBOX", many: true, names: "sandbox" }],
  load: async () => (await import("./wait.ts")).waitForPrograms,
};

export const port: CommandSpec = {
  name: "port",
  summary: "Show which ports a sandbox publishes, and where",
  example: "cnm port web1 80/tcp",
  arguments: [
    { name: "SANDBOX", names: "sandbox" },
    { name: "PORT[/PROTO]", optional: true },
  ],
  load: async () => (await import("./port.ts")).showPorts,
};
