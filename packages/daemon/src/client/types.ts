import type { Health } from "@cnm/core";
import type { containerJson } from "../view/container-json.ts";
import type { containerSummaryJson } from "../view/container-summary-json.ts";
import type { DifferenceJson, FindingJson } from "../view/finding-json.ts";

export type ContainerJson = ReturnType<typeof containerJson>;
export type ContainerSummaryJson = ReturnType<typeof containerSummaryJson>;

export type TextMap = Readonly<Record<string, string>>;

/** Key → values, any of which may match. */
export type FilterSpec = Readonly<Record<string, readonly string[]>>;

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface NetworkRequestJson {
  readonly Name: string;
  readonly Driver?: string;
  readonly Scope?: string;
  readonly EnableIPv4?: boolean;
  readonly EnableIPv6?: boolean;
  readonly IPAM?: {
    readonly Driver?: string;
    readonly Options?: TextMap;
    readonly Config?: readonly {
      readonly Subnet?: string;
      readonly IPRange?: string;
      readonly Gateway?: string;
      readonly AuxiliaryAddresses?: TextMap;
    }[];
  };
  readonly Internal?: boolean;
  readonly Attachable?: boolean;
  readonly Options?: TextMap;
  readonly Labels?: TextMap;
}

/** Docker's own connect: no ports. */
export interface EndpointConfigJson {
  readonly IPAMConfig?: {
    readonly IPv4Address?: string;
    readonly IPv6Address?: string;
    readonly LinkLocalIPs?: readonly string[];
  };
  readonly Aliases?: readonly string[];
  readonly DriverOpts?: TextMap;
  readonly GwPriority?: number;
  readonly MacAddress?: string;
}

export interface ConnectJson {
  readonly Sandbox: string;
  readonly Name?: string;
  readonly Aliases?: readonly string[];
  readonly Addresses?: readonly string[];
  readonly Mac?: string;
  readonly InterfaceName?: string;
  /** "8080:80/tcp" */
  readonly Ports?: readonly string[];
  readonly Exposed?: readonly string[];
  readonly GatewayPriority?: number;
  readonly Options?: TextMap;
  readonly Labels?: TextMap;
  readonly Sysctls?: TextMap;
  /** That it is to be a task of. */
  readonly Service?: string;
  readonly Weight?: number;
  /** Instead of the service's. */
  readonly Healthcheck?: HealthcheckJson;
}

export interface ServiceRequestJson {
  readonly Name: string;
  readonly Labels?: TextMap;
  readonly TaskTemplate?: {
    readonly ContainerSpec?: { readonly Healthcheck?: HealthcheckJson };
    /** `Target` is a name or an id. */
    readonly Networks?: readonly { readonly Target: string; readonly Aliases?: readonly string[] }[];
  };
  readonly EndpointSpec?: {
    readonly Mode?: string;
    readonly Ports?: readonly {
      readonly Name?: string;
      readonly Protocol?: string;
      readonly TargetPort: number;
      readonly PublishedPort?: number;
      readonly PublishMode?: string;
    }[];
  };
  /** Seconds, where it is about time. */
  readonly Cnm?: {
    readonly Scheduler?: string;
    readonly Balancer?: string;
    readonly Affinity?: number;
    readonly Timeouts?: { readonly Tcp?: number; readonly TcpFin?: number; readonly Udp?: number };
    readonly DrainTimeout?: number;
  };
}

/** Docker's. Times in nanoseconds. */
export interface HealthcheckJson {
  /** `["TCP", "80"]`, `["HTTP", "http://:8080/health"]`, `["CMD", …]`, `["CMD-SHELL", "…"]`, `["NONE"]` */
  readonly Test?: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

export interface TaskChangeJson {
  readonly Health?: Health;
  readonly Weight?: number;
}

export interface SandboxFieldsJson {
  readonly Hostname?: string;
  readonly Domainname?: string;
  readonly Labels?: TextMap;
  readonly Sysctls?: TextMap;
  readonly Dns?: readonly string[];
  readonly DnsSearch?: readonly string[];
  readonly DnsOptions?: readonly string[];
  /** "name:address" */
  readonly ExtraHosts?: readonly string[];
}

export interface SandboxRequestJson extends SandboxFieldsJson {
  readonly Name: string;
  readonly Netns?: string;
  /** In the host's own stack, on the network "host". */
  readonly HostNetwork?: boolean;
}

export interface RunJson extends SandboxFieldsJson {
  readonly Name?: string;
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly Cwd?: string;
  readonly Networks: readonly {
    /** Absent: all networks of the service. */
    readonly Network?: string;
    readonly Aliases?: readonly string[];
    readonly Ip?: string;
    readonly Ip6?: string;
    readonly Mac?: string;
    readonly GatewayPriority?: number;
    readonly Options?: TextMap;
    readonly Service?: string;
    readonly Weight?: number;
    readonly Healthcheck?: HealthcheckJson;
  }[];
  readonly Ports?: readonly string[];
  readonly AutoRemove?: boolean;
  /** False: the caller starts the program itself. */
  readonly Start?: boolean;
}

export interface CreatedJson {
  readonly Id: string;
  readonly Warnings: readonly string[];
}

export interface RunAnswerJson extends CreatedJson {
  readonly Netns: string;
  readonly EtcDir: string;
}

export interface DoctorJson {
  readonly Findings: readonly FindingJson[];
  readonly Differences: readonly DifferenceJson[];
}

export interface RepairJson {
  readonly Findings: readonly FindingJson[];
  readonly Changes: readonly DifferenceJson[];
}

export interface InfoJson {
  readonly Version: string;
  readonly ApiVersion: string;
  readonly MinApiVersion: string;
  readonly Node: string;
  readonly Platform: string;
  readonly Pid: number;
  readonly Started: string;
  readonly Socket: string;
  readonly StateDir: string;
  readonly RunDir: string;
  readonly Firewall: string;
  readonly Networks: number;
  readonly Sandboxes: number;
  readonly Endpoints: number;
  readonly Features: readonly { readonly Name: string; readonly Available: boolean; readonly Reason?: string }[];
}

export interface EventJson {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: TextMap };
  readonly scope: string;
  readonly time: number;
  /** Rounded: the wire has more digits than a double can hold. */
  readonly timeNano: number;
}

export interface VersionJson {
  readonly Version: string;
  readonly ApiVersion: string;
  readonly MinAPIVersion: string;
  readonly Os: string;
  readonly Arch: string;
  readonly KernelVersion: string;
}
