import type { Endpoint } from "@cnm/core";

const LOCAL = [
  "127.0.0.1\tlocalhost",
  "::1\tlocalhost ip6-localhost ip6-loopback",
  "fe00::\tip6-localnet",
  "ff00::\tip6-mcastprefix",
  "ff02::1\tip6-allnodes",
  "ff02::2\tip6-allrouters",
];

export interface HostNames {
  readonly hostname: string;
  readonly domainname?: string;
  /** "name:address" */
  readonly extraHosts: readonly string[];
}

/** /etc/hosts: the usual, what the user added, and the sandbox's own name at each of its addresses. */
export function hostsText({ hostname, domainname, extraHosts }: HostNames, endpoints: readonly Endpoint[]): string {
  const names = domainname === undefined ? hostname : `${hostname}.${domainname} ${hostname}`;
  const extra = extraHosts.map((entry) => {
    const at = entry.search(/[:=]/);
    return `${entry.slice(at + 1)}\t${entry.slice(0, at)}`;
  });
  const own = endpoints.flatMap(({ addresses }) =>
    addresses.map(({ address }) => `${address.replace(/\/.*$/, "")}\t${names}`),
  );
  return `${[...LOCAL, ...extra, ...own].join("\n")}\n`;
}
