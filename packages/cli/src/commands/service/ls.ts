import { isObject, type Json, listAt, numberAt, objectAt, textAt } from "../../api/json.ts";
import { labelsOf } from "../../output/labels.ts";
import { printListing } from "../../output/listing.ts";
import { shortId } from "../../output/short-id.ts";
import type { Action } from "../../program/command-spec.ts";
import type { Fields } from "../../template/value.ts";
import { portText } from "./port-text.ts";

const HEADINGS = {
  ID: "ID",
  Name: "NAME",
  Mode: "MODE",
  Replicas: "REPLICAS",
  Image: "IMAGE",
  Ports: "PORTS",
  VirtualIPs: "VIRTUAL IPS",
  EndpointMode: "ENDPOINT MODE",
  Labels: "LABELS",
};

export const listServices: Action = async (input, { io, api }) => {
  const documents = await (await api()).services(input.filters());
  const sorted = documents.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const rows = sorted.map((service) => row(service, input.flag("no-trunc")));
  // There are no images; where a service is found stands in their place.
  const columns = ["ID", "Name", "Mode", "Replicas", "VirtualIPs", "Ports"];
  const listing = { headings: HEADINGS, columns, quiet: "ID", rows, documents: sorted };
  printListing(io, listing, { format: input.text("format"), quiet: input.flag("quiet") });
  return 0;
};

const nameOf = (service: Json): string => textAt(objectAt(service, "Spec"), "Name");

/** Docker's fields, as texts, and the virtual IPs. */
function row(service: Json, full: boolean): Fields {
  const id = textAt(service, "ID");
  const spec = objectAt(service, "Spec");
  const status = objectAt(service, "ServiceStatus");
  const endpoint = objectAt(service, "Endpoint");
  return {
    EndpointMode: textAt(objectAt(endpoint, "Spec"), "Mode"),
    ID: full ? id : shortId(id),
    Image: textAt(objectAt(objectAt(spec, "TaskTemplate"), "ContainerSpec"), "Image"),
    ...labelsOf(objectAt(spec, "Labels")),
    Mode: isObject(objectAt(spec, "Mode")["Global"]) ? "global" : "replicated",
    Name: nameOf(service),
    Ports: listAt(endpoint, "Ports")
      .filter((port) => textAt(port, "PublishMode") === "ingress")
      .map(portText)
      .join(", "),
    Replicas: `${numberAt(status, "RunningTasks") ?? 0}/${numberAt(status, "DesiredTasks") ?? 0}`,
    VirtualIPs: listAt(endpoint, "VirtualIPs")
      .map((virtual) => textAt(virtual, "Addr").replace(/\/.*$/, ""))
      .join(", "),
  };
}
