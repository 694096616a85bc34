import * as v from "valibot";
import type { DeepReadonly } from "../schema/deep-readonly.ts";
import { automaticDns } from "./automatic-dns.ts";
import { drMacAddress } from "./dr-mac-address.ts";
import { hostRoute } from "./host-route.ts";
import { interfaceConstraint } from "./interface-constraint.ts";
import { l4Proxy } from "./l4-proxy.ts";
import { layerConstraint } from "./layer-constraint.ts";
import { netAdapterName } from "./net-adapter-name.ts";
import { networkAcl } from "./network-acl.ts";
import { otherPolicy } from "./policy.ts";
import { providerAddress } from "./provider-address.ts";
import { remoteSubnetRoute } from "./remote-subnet-route.ts";
import { nestedSetPolicy, setPolicy } from "./set-policy.ts";
import { sourceMacAddress } from "./source-mac-address.ts";
import { vSwitchExtension } from "./vswitch-extension.ts";
import { vxlanPort } from "./vxlan-port.ts";

export const networkPolicy = v.union([
  sourceMacAddress,
  netAdapterName,
  interfaceConstraint,
  vSwitchExtension,
  providerAddress,
  drMacAddress,
  automaticDns,
  remoteSubnetRoute,
  vxlanPort,
  hostRoute,
  setPolicy,
  nestedSetPolicy,
  l4Proxy,
  layerConstraint,
  networkAcl,
  otherPolicy,
]);

export type NetworkPolicy = DeepReadonly<v.InferOutput<typeof networkPolicy>>;
/** The settings of a type: `NetworkPolicySettings<"ProviderAddress">`. */
export type NetworkPolicySettings<Type extends NetworkPolicy["Type"]> = Extract<
  NetworkPolicy,
  { readonly Type: Type }
>["Settings"];
