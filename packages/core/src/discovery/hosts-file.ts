import { HOST_GATEWAY, readExtraHost } from "../options/read-extra-host.ts";

export interface HostsLine {
  readonly address: string;
  /** The first is the canonical one. */
  readonly names: readonly string[];
}

/** The lines of hosts(5) that say anything. Addresses are passed on as they stand. */
export function parseHosts(text: string): readonly HostsLine[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [address, ...names] = line
      .replace(/#.*$/s, "")
      .split(/\s+/)
      .filter((word) => word !== "");
    return address === undefined || names.length === 0 ? [] : [{ address, names }];
  });
}

export interface SandboxHosts {
  /** Whether the sandbox has IPv6. */
  readonly ipv6: boolean;
  readonly hostname?: string | undefined;
  readonly domainname?: string | undefined;
  /** Of its endpoints, without prefix lengths. */
  readonly addresses: readonly string[];
  /** As in the sandbox's record. */
  readonly extraHosts?: readonly string[] | undefined;
  /** What "host-gateway" stands for. Without any, such lines are left out. */
  readonly hostGateways?: readonly string[];
}

const LOCALHOST: readonly HostsLine[] = [{ address: "127.0.0.1", names: ["localhost"] }];
const LOCALHOST_IPV6: readonly HostsLine[] = [
  { address: "::1", names: ["localhost", "ip6-localhost", "ip6-loopback"] },
  { address: "fe00::", names: ["ip6-localnet"] },
  { address: "ff00::", names: ["ip6-mcastprefix"] },
  { address: "ff02::1", names: ["ip6-allnodes"] },
  { address: "ff02::2", names: ["ip6-allrouters"] },
];

/** /etc/hosts of a sandbox: localhost, the extra hosts, and itself under each of its addresses. */
export function renderHosts(sandbox: SandboxHosts): string {
  const { ipv6, extraHosts = [], hostGateways = [] } = sandbox;
  return rendered([
    ...LOCALHOST,
    ...(ipv6 ? LOCALHOST_IPV6 : []),
    ...extraLines(extraHosts, hostGateways),
    ...ownLines(sandbox),
  ]);
}

/** A file that is the host's own, as in host mode, with the extra hosts behind. */
export function withExtraHosts(text: string, extraHosts: readonly string[], hostGateways: readonly string[]): string {
  const lines = extraLines(extraHosts, hostGateways);
  return lines.length === 0 ? text : `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${rendered(lines)}`;
}

function extraLines(extraHosts: readonly string[], hostGateways: readonly string[]): readonly HostsLine[] {
  return extraHosts.flatMap((extra) => {
    const read = readExtraHost(extra);
    if (typeof read === "string") return [];
    const addresses = read.address === HOST_GATEWAY ? hostGateways : [read.address];
    return addresses.map((address) => ({ address, names: [read.name] }));
  });
}

function ownLines({ hostname, domainname, addresses }: SandboxHosts): readonly HostsLine[] {
  if (hostname === undefined) return [];
  const names = domainname === undefined ? [hostname] : [`${hostname}.${domainname}`, hostname];
  return addresses.map((address) => ({ address, names }));
}

const rendered = (lines: readonly HostsLine[]): string =>
  lines.map(({ address, names }) => `${address}\t${names.join(" ")}\n`).join("");
