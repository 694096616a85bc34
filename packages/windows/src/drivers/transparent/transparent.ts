import { hnsDriver } from "../hns/hns-driver.ts";

/** Endpoints are machines of the LAN, with MACs of their own; without a subnet, the LAN's DHCP server gives addresses. */
export const transparentDriver = () =>
  hnsDriver({
    name: "transparent",
    type: "Transparent",
    scope: "local",
    defaultIpam: "windows",
    subnet: { chosenByHns: true },
    noIpv6: "an endpoint hears of IPv6 from the LAN's routers, and HNS gives none",
    gateway: "router",
    uplink: true,
    ports: {
      none: "endpoints of a transparent network are reached by their own addresses: there is no port to publish",
    },
    ruleType: "Host",
    guarded: false,
    vlan: true,
    vsid: "none",
    outboundNat: "none",
  });
