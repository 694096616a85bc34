import type { Network } from "@cnm/core";
import type { LinuxResource } from "../../resources/resource.ts";
import { planParent } from "../on-parent/plan-parent.ts";
import type { IpvlanOptions } from "./ipvlan-options.ts";
import { dummyName } from "./names.ts";

/** The host objects of an ipvlan network without endpoints: what it stands on. */
export const planNetwork = (network: Network, { parent }: IpvlanOptions): readonly LinuxResource[] =>
  planParent(network, parent, dummyName(network));
