import type { DriverHostSubject } from "@cnm/core/testing";
import * as labels from "../drivers/labels.ts";
import { impossibleBalancer } from "./impossible-balancer.ts";

const SUBNET = { ipam: { subnets: ["10.70.0.0/24"] } };
const DUAL = { ipv6: true, ipam: { subnets: ["10.70.0.0/24", "fd70::/64"] } };
const VNI = { [labels.VXLAN_ID_LIST]: "4097" };
const NO_ICC = { [labels.DISABLE_ICC]: "1" };

/** Networks of each driver that an HNS with one adapter makes. */
const NETWORKS: Readonly<Record<string, DriverHostSubject["networks"]>> = {
  nat: {
    plain: SUBNET,
    "subnet of HNS's choice": {},
    "without ICC": { ...SUBNET, options: NO_ICC },
    internal: { ...SUBNET, internal: true },
  },
  transparent: { plain: SUBNET, "on a VLAN": { ...SUBNET, options: { [labels.VLAN]: "42" } } },
  l2bridge: { plain: SUBNET, "both families": DUAL, internal: { ...DUAL, internal: true } },
  l2tunnel: { plain: SUBNET },
  overlay: { plain: { ...SUBNET, options: VNI }, "both families": { ...DUAL, options: VNI } },
  internal: { plain: SUBNET, "subnet of HNS's choice": {} },
  private: { plain: SUBNET },
  ics: { plain: SUBNET },
};

/** The drivers of Windows as subjects of `driverHostConformance`. */
export const hostedDrivers = (open: DriverHostSubject["open"]): readonly DriverHostSubject[] =>
  Object.entries(NETWORKS).map(([driver, networks]) => ({ driver, open, networks, impossible: impossibleBalancer }));
