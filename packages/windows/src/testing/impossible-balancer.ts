import { guidOf } from "../hcn/guid.ts";
import type { LoadBalancerResource } from "../resources/resource.ts";
import { keyed } from "../resources/resource-key.ts";

/** Its backend is not there: every HNS refuses it, and it is made after everything else. */
export const impossibleBalancer: LoadBalancerResource = keyed({
  kind: "hcn-loadbalancer",
  owner: { kind: "service", id: "0".repeat(64) },
  id: guidOf("impossible"),
  document: {
    HostComputeEndpoints: [guidOf("an endpoint that is not there")],
    FrontendVIPs: ["192.0.2.200"],
    PortMappings: [{ Protocol: 6, InternalPort: 80, ExternalPort: 80 }],
  },
});
