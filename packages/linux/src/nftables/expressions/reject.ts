import { be32, u8 } from "../../netlink/attributes.ts";
import { type Expression, expressionKind } from "./expression.ts";

const reject = expressionKind("reject", { NFTA_REJECT_TYPE: be32(1), NFTA_REJECT_ICMP_CODE: u8(2) });

const NFT_REJECT_TCP_RST = 1;
const NFT_REJECT_ICMPX_UNREACH = 2;
const NFT_REJECT_ICMPX_PORT_UNREACH = 1;

/** For packets that are known to be TCP. */
export const rejectWithReset: Expression = reject.make({
  NFTA_REJECT_TYPE: NFT_REJECT_TCP_RST,
  NFTA_REJECT_ICMP_CODE: 0,
});

/** Port unreachable, in the words of either family. */
export const rejectWithIcmp: Expression = reject.make({
  NFTA_REJECT_TYPE: NFT_REJECT_ICMPX_UNREACH,
  NFTA_REJECT_ICMP_CODE: NFT_REJECT_ICMPX_PORT_UNREACH,
});
