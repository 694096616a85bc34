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
  readonly hostname?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Namespace-wide settings. */
  readonly sysctls?: Readonly<Record<string, string>>;
}
