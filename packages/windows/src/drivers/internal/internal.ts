import { hnsDriver } from "../hns/hns-driver.ts";

/** A virtual switch that endpoints and this host are on, and nobody else. */
export const internalDriver = () =>
  hnsDriver({
    name: "internal",
    type: "Internal",
    scope: "local",
    defaultIpam: "windows",
    subnet: { chosenByHns: true },
    noIpv6: "HNS gives addresses of IPv4 only on internal switches",
    gateway: "host",
    uplink: false,
    ports: { none: "nothing outside reaches an internal network: there is no port to publish" },
    ruleType: "Host",
    guarded: false,
    vlan: false,
    vsid: "none",
    outboundNat: "none",
  });
