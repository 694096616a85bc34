import type { Protocol } from "../model/port.ts";
import type { ServicePort } from "./name-entry.ts";

/** "_8080._tcp.web" or "_http._tcp.web" */
export interface ServiceQuestion {
  /** "web" */
  readonly name: string;
  /** Absent where the service has no well-known port. */
  readonly port?: ServicePort;
}

const SERVICE = /^_([a-z0-9-]+)\._(tcp|udp|sctp)\.(.+)$/i;

/** A question for a service (RFC 2782); undefined where the name is none. */
export function readServiceQuestion(name: string): ServiceQuestion | undefined {
  const match = SERVICE.exec(name);
  if (match === null) return undefined;
  const [, service = "", transport = "", host = ""] = match;
  const protocol = transport.toLowerCase() as Protocol;
  const port = /^\d{1,5}$/.test(service) ? Number(service) : WELL_KNOWN.get(service.toLowerCase());
  return port === undefined ? { name: host } : { name: host, port: { protocol, port } };
}

/** IANA's service names of what runs in sandboxes: a port has no name of its own in our records. */
const WELL_KNOWN: ReadonlyMap<string, number> = new Map([
  ["ftp", 21],
  ["ssh", 22],
  ["telnet", 23],
  ["smtp", 25],
  ["domain", 53],
  ["http", 80],
  ["kerberos", 88],
  ["pop3", 110],
  ["ntp", 123],
  ["imap", 143],
  ["snmp", 161],
  ["ldap", 389],
  ["https", 443],
  ["submissions", 465],
  ["syslog", 514],
  ["submission", 587],
  ["ldaps", 636],
  ["domain-s", 853],
  ["imaps", 993],
  ["pop3s", 995],
  ["ms-sql-s", 1433],
  ["mqtt", 1883],
  ["nfs", 2049],
  ["etcd-client", 2379],
  ["etcd-server", 2380],
  ["mysql", 3306],
  ["turn", 3478],
  ["stun", 3478],
  ["sip", 5060],
  ["sips", 5061],
  ["xmpp-client", 5222],
  ["xmpp-server", 5269],
  ["postgresql", 5432],
  ["amqps", 5671],
  ["amqp", 5672],
  ["redis", 6379],
  ["http-alt", 8080],
  ["secure-mqtt", 8883],
  ["memcache", 11211],
]);
