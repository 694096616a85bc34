import { be32 } from "../../netlink/attributes.ts";
import { NFT_PAYLOAD_NETWORK_HEADER, NFT_PAYLOAD_TRANSPORT_HEADER, NFT_REG_1 } from "../constants.ts";
import { type Expression, expressionKind } from "./expression.ts";

const payload = expressionKind("payload", {
  NFTA_PAYLOAD_DREG: be32(1),
  NFTA_PAYLOAD_BASE: be32(2),
  NFTA_PAYLOAD_OFFSET: be32(3),
  NFTA_PAYLOAD_LEN: be32(4),
});

const load =
  (base: number, offset: number, length: number) =>
  (register: number = NFT_REG_1): Expression =>
    payload.make({
      NFTA_PAYLOAD_DREG: register,
      NFTA_PAYLOAD_BASE: base,
      NFTA_PAYLOAD_OFFSET: offset,
      NFTA_PAYLOAD_LEN: length,
    });

export const loadIpv4Source = load(NFT_PAYLOAD_NETWORK_HEADER, 12, 4);
export const loadIpv4Destination = load(NFT_PAYLOAD_NETWORK_HEADER, 16, 4);
export const loadIpv6Source = load(NFT_PAYLOAD_NETWORK_HEADER, 8, 16);
export const loadIpv6Destination = load(NFT_PAYLOAD_NETWORK_HEADER, 24, 16);
/** At the same place in TCP, UDP and SCTP. */
export const loadDestinationPort = load(NFT_PAYLOAD_TRANSPORT_HEADER, 2, 2);
