import * as v from "valibot";
import type { DeepReadonly } from "../schema/deep-readonly.ts";
import { acl } from "./acl.ts";
import { encapOverhead } from "./encap-overhead.ts";
import { encryption } from "./encryption.ts";
import { firewall } from "./firewall.ts";
import { interfaceConstraint } from "./interface-constraint.ts";
import { interfaceParameters } from "./interface-parameters.ts";
import { iov } from "./iov.ts";
import { endpointVlan } from "./isolation.ts";
import { l2Driver } from "./l2-driver.ts";
import { l4Proxy } from "./l4-proxy.ts";
import { l4WfpProxy } from "./l4-wfp-proxy.ts";
import { outboundNat } from "./outbound-nat.ts";
import { otherPolicy } from "./policy.ts";
import { portMapping } from "./port-mapping.ts";
import { portName } from "./port-name.ts";
import { providerAddress } from "./provider-address.ts";
import { qos } from "./qos.ts";
import { sdnRoute } from "./sdn-route.ts";
import { tierAcl } from "./tier-acl.ts";

export const endpointPolicy = v.union([
  portMapping,
  acl,
  qos,
  outboundNat,
  sdnRoute,
  l4Proxy,
  l4WfpProxy,
  providerAddress,
  portName,
  encapOverhead,
  interfaceConstraint,
  encryption,
  endpointVlan,
  interfaceParameters,
  iov,
  tierAcl,
  l2Driver,
  firewall,
  otherPolicy,
]);

export type EndpointPolicy = DeepReadonly<v.InferOutput<typeof endpointPolicy>>;
/** The settings of a type: `EndpointPolicySettings<"ACL">`. */
export type EndpointPolicySettings<Type extends EndpointPolicy["Type"]> = Extract<
  EndpointPolicy,
  { readonly Type: Type }
>["Settings"];
