import { DEFAULT_SOCKET } from "../../api/host-address.ts";
import type { CommandSpec } from "../../program/command-spec.ts";
import { FORMAT } from "../options.ts";

export const info: CommandSpec = {
  name: "info",
  summary: "Show what this host can do, and what is on it",
  example: "cnm info --format '{{.Networks}}'",
  options: [{ ...FORMAT, short: "f" }],
  load: async () => (await import("./info.ts")).showInfo,
};

export const version: CommandSpec = {
  name: "version",
  summary: "Show the versions of this command and of the daemon",
  details: "Starts no daemon.",
  example: "cnm version --format '{{.Server.Version}}'",
  options: [{ ...FORMAT, short: "f" }],
  load: async () => (await import("./version.ts")).showVersion,
};

export const doctor: CommandSpec = {
  name: "doctor",
  summary: "Show what is wrong with the host, and change nothing",
  details: "The exit status is 1 when something is.",
  example: "cnm doctor --format json",
  options: [FORMAT],
  load: async () => (await import("./doctor.ts")).showFindings,
};

export const repair: CommandSpec = {
  name: "repair",
  summary: "Mend what `cnm doctor` finds and can be mended; show what was done",
  example: "cnm repair",
  options: [FORMAT],
  load: async () => (await import("./repair.ts")).repairHost,
};

export const events: CommandSpec = {
  name: "events",
  summary: "Show what happens, as it happens",
  details: "Without --until it goes on until it is interrupted. --format json prints one JSON object a line.",
  example: "cnm events --filter type=network --since 10m",
  options: [
    {
      short: "f",
      long: "filter",
      value: "KEY=VALUE",
      many: true,
      description: "show only what has this: type, event, network, container, label",
    },
    { long: "since", value: "TIME", description: "begin there: a time, a Unix timestamp, or how long ago (10m)" },
    { long: "until", value: "TIME", description: "end there" },
    { ...FORMAT, description: "json, or a Go template for each event" },
  ],
  load: async () => (await import("./events.ts")).showEvents,
};

export const daemon: CommandSpec = {
  name: "daemon",
  summary: "Serve the API in the foreground until SIGTERM or SIGINT",
  details:
    "On Windows the API is at npipe:////./pipe/cnm, and --install has the task scheduler start the daemon with the system: " +
    "a Node program is no service by itself.",
  example: "cnm daemon --socket /tmp/a/cnm.sock --state /tmp/a/state --run /tmp/a/run",
  options: [
    {
      long: "socket",
      value: "PATH",
      names: "file",
      description: `where to serve the API (default: ${DEFAULT_SOCKET}; on Windows a pipe)`,
    },
    {
      long: "state",
      value: "DIR",
      names: "folder",
      description: "what outlives a restart of the system (default: /var/lib/cnm; on Windows in %ProgramData%\\cnm)",
    },
    {
      long: "run",
      value: "DIR",
      names: "folder",
      description: "what does not (default: /run/cnm; on Windows in %ProgramData%\\cnm)",
    },
    {
      long: "firewall",
      value: "NAME",
      choices: ["auto", "nftables", "iptables", "none"],
      description: "firewall to use (default: auto)",
    },
    { long: "tcp", value: "HOST:PORT", description: "serve the API over TLS too; needs certificates for both sides" },
    { long: "tls-ca", value: "FILE", names: "file", description: "who signs clients' certificates" },
    { long: "tls-cert", value: "FILE", names: "file", description: "the daemon's certificate" },
    { long: "tls-key", value: "FILE", names: "file", description: "and its key" },
    { long: "metrics", value: "HOST:PORT", description: "serve Prometheus metrics there" },
    {
      long: "resolv-conf",
      value: "FILE",
      names: "file",
      description: "which file names the host's name servers (default: /etc/resolv.conf)",
    },
    {
      long: "log-level",
      value: "LEVEL",
      choices: ["debug", "info", "warn", "error", "silent"],
      description: "least important lines to log (default: info)",
    },
    { long: "install", description: "on Windows: start it with the system, with these options, and now" },
    { long: "uninstall", description: "on Windows: take that back" },
  ],
  load: async () => (await import("./daemon.ts")).serve,
};
