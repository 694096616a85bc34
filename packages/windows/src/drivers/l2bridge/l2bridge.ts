import { hnsDriver } from "../hns/hns-driver.ts";

/** Endpoints have addresses of the host's LAN, and the host's MAC outside: VFP rewrites it. */
export const l2bridgeDriver = () =>
  hnsDriver({
    name: "l2bridge",
    type: "L2Bridge",
    scope: "local",
    defaultIpam: "windows",
    subnet: { needed: "endpoints of an l2bridge network have addresses of the host's own LAN, so name its subnet" },
    gateway: "router",
    hostEndpoint: true,
    uplink: true,
    ports: "vfp",
    ruleType: "Switch",
    guarded: false,
    vlan: true,
    vsid: "one",
    outboundNat: "option",
  });
