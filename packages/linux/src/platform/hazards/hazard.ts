import { type Finding, type HeldPort, HOST_OWNER } from "@cnm/core";
import type { Firewall } from "../../firewall/firewall.ts";
import type { FindProgram } from "../../iptables/find-program.ts";
import type { RunProgram } from "../../iptables/run-program.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import type { Namespace } from "../../netns/namespace.ts";
import type { LinuxResource } from "../../resources/resource.ts";

/** What a look at the host needs. */
export interface HazardParts {
  readonly host: Namespace;
  /** Of the host, for routes and links. */
  readonly route: NetlinkSocket;
  readonly openNetfilter: () => NetlinkSocket;
  readonly run: RunProgram;
  readonly find: FindProgram;
  readonly firewall: Firewall["name"];
  /** Whether a socket of ours keeps the port. */
  readonly isHeld: (port: HeldPort) => boolean;
}

/** One kind of thing that works against networks; empty where it does not. Nothing is changed. */
export type LookForHazard = (
  parts: HazardParts,
  wanted: readonly LinuxResource[],
) => Promise<readonly Finding[]> | readonly Finding[];

/** `object`: its name; `key`: what it sits on; `cause`: why it is so, and what to do. */
export const hazard = (words: Required<Pick<Finding, "object" | "key" | "message" | "cause">>): Finding => ({
  type: "hazard",
  owner: HOST_OWNER,
  ...words,
  repairable: false,
});
