import { be32 } from "../../netlink/attributes.ts";
import { NFPROTO_IPV4, NFPROTO_IPV6, NFT_NAT_DNAT, NFT_NAT_SNAT, NFT_REG_1, NFT_REG32_00 } from "../constants.ts";
import { type Expression, expressionKind } from "./expression.ts";

const nat = expressionKind("nat", {
  NFTA_NAT_TYPE: be32(1),
  NFTA_NAT_FAMILY: be32(2),
  NFTA_NAT_REG_ADDR_MIN: be32(3),
  NFTA_NAT_REG_PROTO_MIN: be32(5),
  NFTA_NAT_FLAGS: be32(7),
});

const masq = expressionKind("masq", { NFTA_MASQ_FLAGS: be32(1) });

const protocolFamily = (family: 4 | 6): number => (family === 4 ? NFPROTO_IPV4 : NFPROTO_IPV6);

/** To the address and port that lie behind each other in register 1, as a map with such data loads them. */
export const translateDestination = (family: 4 | 6): Expression =>
  nat.make({
    NFTA_NAT_TYPE: NFT_NAT_DNAT,
    NFTA_NAT_FAMILY: protocolFamily(family),
    NFTA_NAT_REG_ADDR_MIN: NFT_REG_1,
    NFTA_NAT_REG_PROTO_MIN: NFT_REG32_00 + (family === 4 ? 1 : 4),
    NFTA_NAT_FLAGS: 0x2,
  });

/** From the address in register 1. */
export const translateSource = (family: 4 | 6): Expression =>
  nat.make({ NFTA_NAT_TYPE: NFT_NAT_SNAT, NFTA_NAT_FAMILY: protocolFamily(family), NFTA_NAT_REG_ADDR_MIN: NFT_REG_1 });

/** From the address of the interface by which the packet leaves. */
export const masquerade: Expression = masq.make({});
