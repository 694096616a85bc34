import type { DnsSettings } from "@cnm/core";

/** /etc/resolv.conf: the host's, with what the sandbox has of its own instead. A search of "." means none. */
export function resolvText(host: string, dns: DnsSettings = {}): string {
  const { servers = [], search: domains = [], options = [] } = dns;
  const lines = host.split("\n").filter((line) => /^\s*(nameserver|search|domain|options)\s/.test(line));
  const kept = (pattern: RegExp, replaced: boolean) => (replaced ? [] : lines.filter((line) => pattern.test(line)));
  const search = domains.includes(".") ? [] : [`search ${domains.join(" ")}`];
  return [
    ...kept(/^\s*nameserver\s/, servers.length > 0),
    ...servers.map((address) => `nameserver ${address}`),
    ...kept(/^\s*(search|domain)\s/, domains.length > 0),
    ...(domains.length > 0 ? search : []),
    ...kept(/^\s*options\s/, options.length > 0),
    ...(options.length > 0 ? [`options ${options.join(" ")}`] : []),
    "",
  ].join("\n");
}
