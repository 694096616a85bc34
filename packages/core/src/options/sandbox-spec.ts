import type { DnsSettings } from "../model/sandbox.ts";

/**
 * What a sandbox is to be like.
 *
 * @example
 * const own: SandboxSpec = { name: "web1", sysctls: { "net.ipv4.ip_unprivileged_port_start": "0" } };
 * const foreign: SandboxSpec = { name: "web2", netns: "/proc/4242/ns/net" };
 */
export interface SandboxSpec {
  readonly name: string;
  /** An existing network namespace, which is never deleted. Default: a new one. */
  readonly netns?: string;
  /** The host's own stack, which several sandboxes may share: they join the network `host`, and no other. Default: false. */
  readonly host?: boolean;
  readonly hostname?: string;
  readonly domainname?: string;
  /**
   * Takes the place of what the host's /etc/resolv.conf says, each part by itself. The servers are asked from inside the
   * sandbox, the host's ones from the host. search: ["."] means no domain at all.
   */
  readonly dns?: DnsSettings;
  /** More lines for /etc/hosts: "db:10.0.0.7", "db:fd07::7", "docker:host-gateway". */
  readonly extraHosts?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  /** Namespace-wide settings. */
  readonly sysctls?: Readonly<Record<string, string>>;
}
