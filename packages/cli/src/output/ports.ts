import { type Json, listAt, numberAt, textAt } from "../api/json.ts";

export interface Published {
  /** "80/tcp" */
  readonly target: string;
  /** "0.0.0.0:8080", "[::]:8080"; undefined where the port is routed and the host has none. */
  readonly host: string | undefined;
}

/** Ports that a sandbox publishes, by target port and protocol. */
export function publishedPorts(sandbox: Json): readonly Published[] {
  const ports = listAt(sandbox, "Endpoints").flatMap((endpoint) => listAt(endpoint, "Ports"));
  const order = ports.toSorted(
    (one, other) => (numberAt(one, "TargetPort") ?? 0) - (numberAt(other, "TargetPort") ?? 0),
  );
  return order.map((port) => {
    const address = textAt(port, "HostAddress");
    const number = numberAt(port, "HostPort") ?? 0;
    const host = address.includes(":") ? `[${address}]` : address;
    const target = `${textAt(port, "TargetPort")}/${textAt(port, "Protocol")}`;
    return { target, host: number === 0 ? undefined : `${host}:${number}` };
  });
}
