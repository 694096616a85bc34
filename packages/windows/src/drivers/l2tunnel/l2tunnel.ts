import { hnsDriver } from "../hns/hns-driver.ts";

/** As l2bridge, and even what stays on this host goes by way of the physical one: for virtual machines in Azure. */
export const l2tunnelDriver = () =>
  hnsDriver({
    name: "l2tunnel",
    type: "L2Tunnel",
    scope: "local",
    defaultIpam: "windows",
    subnet: { needed: "endpoints of an l2tunnel network have addresses of the virtual network, so name its subnet" },
    noIpv6: "HNS has no dual stack for l2tunnel networks; l2bridge and overlay networks have it",
    gateway: "router",
    uplink: true,
    ports: "vfp",
    ruleType: "Switch",
    guarded: false,
    vlan: false,
    vsid: "one",
    outboundNat: "option",
  });
