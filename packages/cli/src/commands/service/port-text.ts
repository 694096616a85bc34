import { type Json, textAt } from "../../api/json.ts";

/** As Docker shows a port of a service: "*:8080->80/tcp". */
export const portText = (port: Json): string =>
  `*:${textAt(port, "PublishedPort")}->${textAt(port, "TargetPort")}/${textAt(port, "Protocol")}`;
