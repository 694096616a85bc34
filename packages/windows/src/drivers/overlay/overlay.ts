import { hnsDriver } from "../hns/hns-driver.ts";

/** VXLAN in VFP. The endpoints of other hosts are told to HNS one by one: see `planPeer`. */
export const overlayDriver = () =>
  hnsDriver({
    name: "overlay",
    type: "Overlay",
    scope: "global",
    defaultIpam: "default",
    subnet: { needed: "ipv4 pool is empty: an overlay network has the same subnet on every host, so name it" },
    gateway: "router",
    hostEndpoint: true,
    uplink: true,
    ports: "vfp",
    ruleType: "Switch",
    guarded: false,
    vlan: false,
    vsid: "list",
    outboundNat: "always",
  });
