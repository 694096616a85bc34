import { hnsDriver } from "../hns/hns-driver.ts";

/** An internal virtual switch behind WinNAT: what Docker makes by default. Gone after a reboot, and made again then. */
export const natDriver = () =>
  hnsDriver({
    name: "nat",
    type: "NAT",
    scope: "local",
    defaultIpam: "windows",
    subnet: { chosenByHns: true },
    noIpv6: "WinNAT translates IPv4 only; l2bridge and overlay networks have both",
    gateway: "host",
    uplink: false,
    ports: "winnat",
    // There is no VFP on its switch.
    ruleType: "Host",
    guarded: true,
    vlan: false,
    vsid: "none",
    outboundNat: "none",
  });
