import { type Address, readAddress } from "../address/address.ts";
import { formatAddress } from "../address/format-address.ts";
import { invalidOptions } from "../errors/cnm-error.ts";
import type { PortRequest, Protocol } from "../model/port.ts";

/**
 * What a published port's text asks for, in the form of `docker run -p`: `[[host address:]host ports:]target ports[/protocol]`.
 *
 * - "80" and "127.0.0.1::80/udp": a host port that is free; "8080:80", "[::1]:8080:80": this one.
 * - "8000-8010:80": the first free one of these; "8000-8010:9000-9010": eleven ports, one to one.
 *
 * @throws CnmError `invalid` that names every fault of the text.
 */
export function parsePortSpec(text: string): readonly PortRequest[] {
  const faults: string[] = [];
  const requests = readPortSpec(text, faults);
  if (faults.length > 0) throw invalidOptions(`port ${JSON.stringify(text)}`, faults);
  return requests;
}

interface PortRange {
  readonly first: number;
  readonly last: number;
}

function readPortSpec(text: string, faults: string[]): readonly PortRequest[] {
  const slash = text.indexOf("/");
  const ports = slash < 0 ? text : text.slice(0, slash);
  if (slash >= 0 && text.includes("/", slash + 1)) faults.push("it has more than one protocol");
  const protocol = slash < 0 ? "tcp" : readProtocol(text.slice(slash + 1).split("/", 1)[0] ?? "", faults);

  const { address, host, target: targetText } = split(ports, faults);
  const hostAddress = address === undefined ? undefined : readHostAddress(address, faults);
  const target = readRange("target port", targetText, faults);
  // Docker takes port 0 for no port at all.
  const hostPorts = host === "" || host === "0" ? undefined : readRange("host port", host, faults);
  if (target === undefined || faults.length > 0) return [];

  const where = hostAddress === undefined ? undefined : formatAddress(hostAddress);
  const count = target.last - target.first;
  if (count === 0 || hostPorts === undefined) {
    return numbers(target).map((targetPort) => requestOf(protocol, where, hostPorts, targetPort));
  }
  if (hostPorts.last - hostPorts.first !== count) {
    faults.push(`there are ${hostPorts.last - hostPorts.first + 1} host ports for ${count + 1} target ports`);
    return [];
  }
  return numbers(target).map((targetPort, index) => {
    const hostPort = hostPorts.first + index;
    return requestOf(protocol, where, { first: hostPort, last: hostPort }, targetPort);
  });
}

function requestOf(
  protocol: Protocol,
  hostAddress: string | undefined,
  hostPorts: PortRange | undefined,
  targetPort: number,
): PortRequest {
  if (hostAddress === undefined)
    return hostPorts === undefined ? { protocol, targetPort } : { protocol, hostPorts, targetPort };
  return hostPorts === undefined
    ? { protocol, hostAddress, targetPort }
    : { protocol, hostAddress, hostPorts, targetPort };
}

interface Parts {
  readonly address: string | undefined;
  readonly host: string;
  readonly target: string;
}

function split(text: string, faults: string[]): Parts {
  const bracketed = text.startsWith("[") ? /^\[([^\]]*)\]:(.*)$/s.exec(text) : null;
  const address = bracketed?.[1];
  const parts = (bracketed?.[2] ?? text).split(":");
  if (address !== undefined) {
    const [host = "", target] = parts;
    if (parts.length === 2 && target !== undefined) return { address, host, target };
    faults.push('after the address there have to be host port and target port, as in "[::1]:8080:80"');
    return { address: undefined, host: "", target: "1" };
  }
  const [first = "", second, third] = parts;
  if (parts.length === 1) return { address: undefined, host: "", target: first };
  if (parts.length === 2 && second !== undefined) return { address: undefined, host: first, target: second };
  if (parts.length === 3 && second !== undefined && third !== undefined) {
    return { address: first === "" ? undefined : first, host: second, target: third };
  }
  faults.push('it has too many colons; an IPv6 address belongs in brackets, as in "[::1]:8080:80"');
  return { address: undefined, host: "", target: "1" };
}

function readProtocol(text: string, faults: string[]): Protocol {
  const protocol = text.toLowerCase();
  if (protocol === "tcp" || protocol === "udp" || protocol === "sctp") return protocol;
  faults.push(`${JSON.stringify(text)} is no protocol: tcp, udp or sctp`);
  return "tcp";
}

function readHostAddress(text: string, faults: string[]): Address | undefined {
  const address = readAddress(text);
  if (typeof address !== "string") return address;
  faults.push(`host address ${JSON.stringify(text)}: ${address}`);
  return undefined;
}

function readRange(what: string, text: string, faults: string[]): PortRange | undefined {
  const dash = text.indexOf("-");
  const first = readPort(dash < 0 ? text : text.slice(0, dash));
  const last = dash < 0 ? first : readPort(text.slice(dash + 1));
  if (first === undefined || last === undefined) {
    faults.push(`${what} ${JSON.stringify(text)} is no number from 1 to 65535 and no range of them`);
    return undefined;
  }
  if (last < first) {
    faults.push(`${what} range ${text} ends before it begins`);
    return undefined;
  }
  return { first, last };
}

function readPort(text: string): number | undefined {
  if (text.length > 5) return undefined;
  let port = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return undefined;
    port = port * 10 + digit;
  }
  return port >= 1 && port <= 65535 ? port : undefined;
}

function numbers({ first, last }: PortRange): readonly number[] {
  const found: number[] = [];
  for (let number = first; number <= last; number++) found.push(number);
  return found;
}
