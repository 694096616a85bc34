import { be32 } from "../../netlink/attributes.ts";
import {
  NFT_META_IIFNAME,
  NFT_META_L4PROTO,
  NFT_META_MARK,
  NFT_META_NFPROTO,
  NFT_META_OIFNAME,
  NFT_REG_1,
} from "../constants.ts";
import { type Expression, expressionKind } from "./expression.ts";

const meta = expressionKind("meta", { NFTA_META_KEY: be32(2), NFTA_META_DREG: be32(1), NFTA_META_SREG: be32(3) });

const load =
  (key: number) =>
  (register: number = NFT_REG_1): Expression =>
    meta.make({ NFTA_META_KEY: key, NFTA_META_DREG: register });

export const loadMark = load(NFT_META_MARK);
export const loadIncomingName = load(NFT_META_IIFNAME);
export const loadOutgoingName = load(NFT_META_OIFNAME);
/** One byte: NFPROTO_IPV4 or NFPROTO_IPV6. */
export const loadFamily = load(NFT_META_NFPROTO);
/** One byte: IPPROTO_*. */
export const loadProtocol = load(NFT_META_L4PROTO);
