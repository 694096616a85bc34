import { hnsDriver } from "../hns/hns-driver.ts";

/** Behind Internet Connection Sharing (service SharedAccess), which has DHCP and DNS of its own: Windows' "Default Switch". */
export const icsDriver = () =>
  hnsDriver({
    name: "ics",
    type: "ICS",
    scope: "local",
    defaultIpam: "windows",
    subnet: { chosenByHns: true },
    noIpv6: "Internet Connection Sharing translates IPv4 only; l2bridge and overlay networks have both",
    gateway: "host",
    uplink: false,
    ports: { none: "Internet Connection Sharing maps no ports for HNS; nat networks do" },
    ruleType: "Host",
    guarded: false,
    vlan: false,
    vsid: "none",
    outboundNat: "none",
  });
