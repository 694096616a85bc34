import { isRunning } from "../records/sandbox-record.ts";
import { containerState } from "./container-status.ts";
import { endpointJson } from "./endpoint-json.ts";
import type { SandboxState } from "./model.ts";
import { netnsPath } from "./netns-path.ts";

/** A sandbox as `/cnm/v1/` tells it. */
export function sandboxJson({ sandbox, record, members, etcDir }: SandboxState) {
  const { id, name, created, namespace, hostname, labels, sysctls } = sandbox;
  return {
    Id: id,
    Name: name,
    State: containerState(record),
    Created: created,
    Netns: netnsPath(sandbox),
    Owned: namespace.owned,
    EtcDir: etcDir,
    Hostname: hostname ?? id.slice(0, 12),
    Domainname: sandbox.domainname ?? "",
    Labels: labels,
    Sysctls: sysctls,
    Dns: sandbox.dns?.servers ?? [],
    DnsSearch: sandbox.dns?.search ?? [],
    DnsOptions: sandbox.dns?.options ?? [],
    ExtraHosts: sandbox.extraHosts ?? [],
    Endpoints: members.map(endpointJson),
    ...(record.program === undefined
      ? {}
      : {
          Process: {
            Pid: isRunning(record) ? (record.program.process?.pid ?? 0) : 0,
            Running: isRunning(record),
            ExitCode: record.program.process?.exitCode ?? null,
            Cmd: record.program.cmd,
          },
        }),
  };
}

export type SandboxJson = ReturnType<typeof sandboxJson>;
