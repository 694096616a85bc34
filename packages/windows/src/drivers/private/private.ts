import { hnsDriver } from "../hns/hns-driver.ts";

/** A virtual switch that endpoints are on, and not even this host. */
export const privateDriver = () =>
  hnsDriver({
    name: "private",
    type: "Private",
    scope: "local",
    defaultIpam: "windows",
    subnet: { chosenByHns: true },
    noIpv6: "HNS gives addresses of IPv4 only on private switches",
    gateway: "none",
    uplink: false,
    ports: { none: "not even this host reaches a private network: there is no port to publish" },
    ruleType: "Host",
    guarded: false,
    vlan: false,
    vsid: "none",
    outboundNat: "none",
  });
