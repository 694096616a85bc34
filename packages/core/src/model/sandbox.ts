import type { SandboxId } from "./ids.ts";
import type { LifeState } from "./network.ts";

/** One isolated network stack, as it is stored and as drivers see it. */
export interface Sandbox {
  readonly schema: 1;
  readonly id: SandboxId;
  readonly name: string;
  readonly state: LifeState;
  /** ISO 8601 */
  readonly created: string;
  readonly hostname?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Where the stack is: a namespace path on Linux, an HCN namespace id on Windows. */
  readonly namespace: {
    readonly path: string;
    /** False: somebody else made it, so cnm never deletes it. */
    readonly owned: boolean;
  };
  /** Namespace-wide settings, such as { "net.ipv4.ip_unprivileged_port_start": "0" }. */
  readonly sysctls: Readonly<Record<string, string>>;
}
