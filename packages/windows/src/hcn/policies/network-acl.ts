import { since } from "../schema/needs.ts";
import { aclSettings } from "./acl.ts";
import { policy } from "./policy.ts";

/** An ACL of all endpoints of a network. */
export const networkAcl = since("NetworkAcl", policy("NetworkACL", aclSettings));
