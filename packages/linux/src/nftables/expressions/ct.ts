import { be32, u8 } from "../../netlink/attributes.ts";
import { NFT_CT_STATE, NFT_CT_STATUS, NFT_REG_1 } from "../constants.ts";
import { hasBits } from "./bitwise.ts";
import { type Expression, expressionKind } from "./expression.ts";

const ct = expressionKind("ct", { NFTA_CT_KEY: be32(2), NFTA_CT_DREG: be32(1), NFTA_CT_DIRECTION: u8(3) });

const load = (key: number): Expression => ct.make({ NFTA_CT_KEY: key, NFTA_CT_DREG: NFT_REG_1 });

/** NF_CT_STATE_BIT */
const ESTABLISHED = 0x2;
const RELATED = 0x4;
/** IPS_DST_NAT: the connection's destination was translated. */
const DNAT = 0x20;

export const establishedOrRelated: readonly Expression[] = [load(NFT_CT_STATE), ...hasBits(ESTABLISHED | RELATED)];
export const destinationTranslated: readonly Expression[] = [load(NFT_CT_STATUS), ...hasBits(DNAT)];
