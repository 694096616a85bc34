export interface ResolvSettings {
  readonly dns: readonly string[];
  readonly dnsSearch: readonly string[];
  readonly dnsOptions: readonly string[];
}

/** /etc/resolv.conf: the host's, with what the sandbox has of its own instead. A search of "." means none. */
export function resolvText(host: string, { dns, dnsSearch, dnsOptions }: ResolvSettings): string {
  const lines = host.split("\n").filter((line) => /^\s*(nameserver|search|domain|options)\s/.test(line));
  const kept = (pattern: RegExp, replaced: boolean) => (replaced ? [] : lines.filter((line) => pattern.test(line)));
  const search = dnsSearch.includes(".") ? [] : [`search ${dnsSearch.join(" ")}`];
  return [
    ...kept(/^\s*nameserver\s/, dns.length > 0),
    ...dns.map((address) => `nameserver ${address}`),
    ...kept(/^\s*(search|domain)\s/, dnsSearch.length > 0),
    ...(dnsSearch.length > 0 ? search : []),
    ...kept(/^\s*options\s/, dnsOptions.length > 0),
    ...(dnsOptions.length > 0 ? [`options ${dnsOptions.join(" ")}`] : []),
    "",
  ].join("\n");
}
