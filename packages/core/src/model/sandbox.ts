import type { SandboxId } from "./ids.ts";
import type { LifeState } from "./network.ts";

/** What a sandbox asks beside its own networks, and how. Each part takes the place of the host's. */
export interface DnsSettings {
  /** Addresses of name servers, asked from inside the sandbox. */
  readonly servers?: readonly string[];
  /** Domains; "." alone: none at all. */
  readonly search?: readonly string[];
  /** resolv.conf(5): "ndots:2", "rotate" */
  readonly options?: readonly string[];
}

/** One isolated network stack, as it is stored and as drivers see it. */
export interface Sandbox {
  readonly schema: 1;
  readonly id: SandboxId;
  readonly name: string;
  readonly state: LifeState;
  /** ISO 8601 */
  readonly created: string;
  readonly hostname?: string;
  /** What follows the host name in /etc/hosts: "example.org" */
  readonly domainname?: string;
  /** Absent: as the host has it. */
  readonly dns?: DnsSettings;
  /** Lines for /etc/hosts: "db:10.0.0.7", "db:fd07::7", "docker:host-gateway" */
  readonly extraHosts?: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Where the stack is: a namespace path on Linux, an HCN namespace id on Windows. */
  readonly namespace: {
    readonly path: string;
    /** False: somebody else made it, so cnm never deletes it. */
    readonly owned: boolean;
    /** It is the host's own stack. */
    readonly host?: true;
  };
  /** Namespace-wide settings, such as { "net.ipv4.ip_unprivileged_port_start": "0" }. */
  readonly sysctls: Readonly<Record<string, string>>;
}
