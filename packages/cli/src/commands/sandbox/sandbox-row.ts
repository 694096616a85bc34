import { isObject, type Json, listAt, numberAt, objectAt, textAt, textsAt } from "../../api/json.ts";
import { humanDuration } from "../../output/duration.ts";
import { labelsOf } from "../../output/labels.ts";
import { publishedPorts } from "../../output/ports.ts";
import { shortId } from "../../output/short-id.ts";
import type { Fields } from "../../template/value.ts";

export const HEADINGS = {
  ID: "SANDBOX ID",
  Name: "NAME",
  Networks: "NETWORKS",
  Addresses: "ADDRESSES",
  Ports: "PORTS",
  Status: "STATUS",
  State: "STATE",
  Command: "COMMAND",
  Hostname: "HOSTNAME",
  Netns: "NETNS",
  RunningFor: "CREATED",
  CreatedAt: "CREATED AT",
  Labels: "LABELS",
};

/** Docker's fields of `ps` where there are any, as texts. */
export function sandboxRow(sandbox: Json, full: boolean, now: number): Fields {
  const endpoints = listAt(sandbox, "Endpoints");
  const id = textAt(sandbox, "Id");
  const created = textAt(sandbox, "Created");
  const command = textsAt(objectAt(sandbox, "Process"), "Cmd").join(" ");
  return {
    Addresses: endpoints
      .flatMap((endpoint) => textsAt(endpoint, "Addresses"))
      .map(withoutLength)
      .join(", "),
    Command: full || command.length <= 20 ? command : `${command.slice(0, 19)}…`,
    CreatedAt: created,
    Hostname: textAt(sandbox, "Hostname"),
    ID: full ? id : shortId(id),
    ...labelsOf(objectAt(sandbox, "Labels")),
    Name: textAt(sandbox, "Name"),
    Netns: textAt(sandbox, "Netns"),
    Networks: endpoints.map((endpoint) => textAt(endpoint, "Network")).join(","),
    Ports: publishedPorts(sandbox)
      .map(({ target, host }) => (host === undefined ? target : `${host}->${target}`))
      .join(", "),
    RunningFor: `${humanDuration(now - Date.parse(created))} ago`,
    State: textAt(sandbox, "State"),
    Status: status(sandbox),
  };
}

/** "Up" is a program of the daemon's; in a sandbox without one, whoever made it does what he likes. */
function status(sandbox: Json): string {
  const program = isObject(sandbox) ? sandbox["Process"] : undefined;
  if (!isObject(program)) return "Ready";
  if (program["Running"] === true) return "Up";
  if (textAt(sandbox, "State") === "created") return "Created";
  return `Exited (${numberAt(program, "ExitCode") ?? "?"})`;
}

const withoutLength = (address: string): string => address.split("/")[0] ?? "";
