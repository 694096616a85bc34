import type { Api } from "../../api/api.ts";
import { type Json, listAt, objectAt, textAt, textsAt } from "../../api/json.ts";
import { humanDuration } from "../../output/duration.ts";
import { printListing } from "../../output/listing.ts";
import { shortId } from "../../output/short-id.ts";
import type { Action } from "../../program/command-spec.ts";
import type { Fields } from "../../template/value.ts";
import { toldEach } from "../each.ts";
import { portText } from "./port-text.ts";

const HEADINGS = {
  ID: "ID",
  Name: "NAME",
  Sandbox: "SANDBOX",
  Image: "IMAGE",
  Node: "NODE",
  DesiredState: "DESIRED STATE",
  CurrentState: "CURRENT STATE",
  Error: "ERROR",
  Ports: "PORTS",
  Health: "HEALTH",
  Weight: "WEIGHT",
  Addresses: "ADDRESSES",
};

export const listTasks: Action = async (input, { io, api }) => {
  const filters = input.filters();
  const daemon = await api();
  const services = new Map<string, Json>();
  const status = await toldEach(io, input.args, async (name) => {
    const service = await daemon.service(name);
    services.set(textAt(service, "ID"), service);
  });
  if (services.size === 0) return status;
  const documents = await daemon.tasks({ ...filters, service: [...services.keys()] });
  const show = { services, nodes: await nodeNames(daemon), full: input.flag("no-trunc"), now: Date.now() };
  const rows = documents.map((task) => row(task, show));
  // There are no images; the sandbox that does the work stands in their place.
  const columns = ["ID", "Name", "Sandbox", "Node", "DesiredState", "CurrentState", "Error", "Ports"];
  const listing = { headings: HEADINGS, columns, quiet: "ID", rows, documents };
  printListing(io, listing, { format: input.text("format"), quiet: input.flag("quiet") });
  return status;
};

async function nodeNames(daemon: Api): Promise<ReadonlyMap<string, string>> {
  const nodes = await daemon.nodes();
  return new Map(nodes.map((node) => [textAt(node, "ID"), textAt(objectAt(node, "Description"), "Hostname")]));
}

interface Show {
  readonly services: ReadonlyMap<string, Json>;
  readonly nodes: ReadonlyMap<string, string>;
  readonly full: boolean;
  readonly now: number;
}

/** Docker's fields, as texts, and what is cnm's own. */
function row(task: Json, { services, nodes, full, now }: Show): Fields {
  const id = textAt(task, "ID");
  const status = objectAt(task, "Status");
  const own = objectAt(task, "Cnm");
  const node = textAt(task, "NodeID");
  const service = objectAt(services.get(textAt(task, "ServiceID")), "Spec");
  return {
    Addresses: listAt(task, "NetworksAttachments")
      .flatMap((attachment) => textsAt(attachment, "Addresses"))
      .map((address) => address.replace(/\/.*$/, ""))
      .join(", "),
    CurrentState: currentState(status, textAt(own, "Health"), now),
    DesiredState: capital(textAt(task, "DesiredState")),
    Error: errorText(textAt(status, "Err"), full),
    Health: textAt(own, "Health"),
    ID: full ? id : shortId(id),
    Image: textAt(objectAt(objectAt(task, "Spec"), "ContainerSpec"), "Image"),
    Name: `${textAt(service, "Name")}.${textAt(task, "Slot")}`,
    Node: nodes.get(node) ?? node,
    Ports: listAt(objectAt(status, "PortStatus"), "Ports").map(portText).join(", "),
    Sandbox: textAt(own, "Name"),
    Weight: textAt(own, "Weight"),
  };
}

/** "Running 5 minutes ago", and as `docker ps` does, "(healthy)" where somebody looks. */
function currentState(status: Json, health: string, now: number): string {
  const since = humanDuration(now - Date.parse(textAt(status, "Timestamp"))).toLowerCase();
  const looked = health === "" || health === "none" ? "" : ` (${health})`;
  return `${capital(textAt(status, "State"))} ${since} ago${looked}`;
}

const SHORT = 30;

/** Docker's way to show an error: in quotes, and only its beginning. */
function errorText(text: string, full: boolean): string {
  if (text === "") return "";
  const characters = [...text];
  return `"${full || characters.length <= SHORT ? text : `${characters.slice(0, SHORT - 1).join("")}…`}"`;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
