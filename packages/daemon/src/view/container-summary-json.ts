import type { ApiVersion } from "../route/api-version.ts";
import { containerState, containerStatus } from "./container-status.ts";
import { endpointSettingsJson } from "./endpoint-settings-json.ts";
import { sandboxHealth } from "./health-json.ts";
import type { SandboxState } from "./model.ts";
import { networkMode } from "./network-mode.ts";
import { portListJson } from "./ports-json.ts";

/** A sandbox as `GET /containers/json` tells it. */
export function containerSummaryJson({ sandbox, record, members }: SandboxState, api: ApiVersion, now: number) {
  return {
    Id: sandbox.id,
    Names: [`/${sandbox.name}`],
    Image: "",
    ImageID: "",
    Command: record.program?.cmd.join(" ") ?? "",
    Created: Math.floor(Date.parse(sandbox.created) / 1000),
    Ports: portListJson(members),
    Labels: sandbox.labels,
    State: containerState(record),
    Status: containerStatus(sandbox.created, record, now, sandboxHealth(members)?.Status),
    HostConfig: { NetworkMode: networkMode(members) },
    NetworkSettings: {
      Networks: Object.fromEntries(members.map((member) => [member.network.name, endpointSettingsJson(member, api)])),
    },
    Mounts: [],
  };
}
