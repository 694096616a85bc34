import { isRunning } from "../records/sandbox-record.ts";
import type { ApiVersion } from "../route/api-version.ts";
import { containerState } from "./container-status.ts";
import { endpointSettingsJson } from "./endpoint-settings-json.ts";
import { sandboxHealth } from "./health-json.ts";
import type { Member, SandboxState } from "./model.ts";
import { networkMode } from "./network-mode.ts";
import { portMapJson } from "./ports-json.ts";

const NEVER = "0001-01-01T00:00:00Z";

/** A sandbox as `GET /containers/{id}/json` tells it: what of a container concerns networking, and its program. */
export function containerJson({ sandbox, record, members, etcDir, logPath }: SandboxState, api: ApiVersion) {
  const { cmd = [], env = [], cwd = "", process } = record.program ?? {};
  const [path = "", ...args] = cmd;
  const health = sandboxHealth(members);
  const running = containerState(record) === "running";
  const exposed = Object.fromEntries(Object.keys(portMapJson(members)).map((key) => [key, {}]));
  return {
    Id: sandbox.id,
    Created: sandbox.created,
    Path: path,
    Args: args,
    State: {
      Status: containerState(record),
      Running: running,
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      Dead: false,
      Pid: isRunning(record) ? (process?.pid ?? 0) : 0,
      ExitCode: process?.exitCode ?? 0,
      Error: process?.finished !== undefined && process.exitCode === undefined ? "the exit status is not known" : "",
      StartedAt: process?.started ?? (running ? sandbox.created : NEVER),
      FinishedAt: process?.finished ?? NEVER,
      ...(health === undefined ? {} : { Health: health }),
    },
    Image: "",
    ResolvConfPath: `${etcDir}/resolv.conf`,
    HostnamePath: `${etcDir}/hostname`,
    HostsPath: `${etcDir}/hosts`,
    LogPath: record.program === undefined ? "" : logPath,
    Name: `/${sandbox.name}`,
    RestartCount: 0,
    Driver: "",
    Platform: "linux",
    Mounts: [],
    HostConfig: {
      NetworkMode: networkMode(members),
      PortBindings: wishedPorts(members),
      AutoRemove: record.autoRemove,
      Dns: sandbox.dns?.servers ?? [],
      DnsOptions: sandbox.dns?.options ?? [],
      DnsSearch: sandbox.dns?.search ?? [],
      ExtraHosts: sandbox.extraHosts ?? null,
      Links: null,
      PublishAllPorts: false,
      ...(Object.keys(sandbox.sysctls).length === 0 ? {} : { Sysctls: sandbox.sysctls }),
    },
    Config: {
      Hostname: sandbox.hostname ?? sandbox.id.slice(0, 12),
      Domainname: sandbox.domainname ?? "",
      User: "",
      ...(Object.keys(exposed).length === 0 ? {} : { ExposedPorts: exposed }),
      Tty: false,
      Env: env.length === 0 ? null : env,
      Cmd: cmd,
      Image: "",
      WorkingDir: cwd,
      Entrypoint: null,
      Labels: sandbox.labels,
    },
    NetworkSettings: {
      Bridge: "",
      SandboxID: sandbox.id,
      SandboxKey: sandbox.namespace.path,
      Ports: running ? portMapJson(members) : {},
      ...defaultNetwork(members, api),
      Networks: Object.fromEntries(members.map((member) => [member.network.name, endpointSettingsJson(member, api)])),
    },
  };
}

/** An endpoint's record has the ports that it got; those are what it would ask for again. */
const wishedPorts = (members: readonly Member[]) =>
  Object.fromEntries(Object.entries(portMapJson(members)).filter(([, bindings]) => bindings !== null));

/** Before there were networks to choose from, the settings on the default bridge stood here; clients still look. */
function defaultNetwork(members: readonly Member[], api: ApiVersion) {
  const member = members.find(({ network }) => network.name === "bridge");
  const settings = member === undefined ? undefined : endpointSettingsJson(member, api);
  return {
    EndpointID: settings?.EndpointID ?? "",
    Gateway: settings?.Gateway ?? "",
    GlobalIPv6Address: settings?.GlobalIPv6Address ?? "",
    GlobalIPv6PrefixLen: settings?.GlobalIPv6PrefixLen ?? 0,
    IPAddress: settings?.IPAddress ?? "",
    IPPrefixLen: settings?.IPPrefixLen ?? 0,
    IPv6Gateway: settings?.IPv6Gateway ?? "",
    MacAddress: settings?.MacAddress ?? "",
  };
}
