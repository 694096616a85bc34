import { be32, nested } from "../../netlink/attributes.ts";
import { NFT_REG_VERDICT } from "../constants.ts";
import { data, type Verdict, verdictData } from "../data.ts";
import { type Expression, expressionKind } from "./expression.ts";

const immediate = expressionKind("immediate", {
  NFTA_IMMEDIATE_DREG: be32(1),
  NFTA_IMMEDIATE_DATA: nested(2, data, true),
});

const verdict = (of: Verdict): Expression =>
  immediate.make({ NFTA_IMMEDIATE_DREG: NFT_REG_VERDICT, NFTA_IMMEDIATE_DATA: verdictData(of) });

export const accept: Expression = verdict("accept");
export const drop: Expression = verdict("drop");
export const goBack: Expression = verdict("return");
export const jump = (chain: string): Expression => verdict({ jump: chain });
