import { be32 } from "../../netlink/attributes.ts";
import { type Expression, expressionKind } from "./expression.ts";

const numgen = expressionKind("numgen", { NFTA_NG_DREG: be32(1), NFTA_NG_MODULUS: be32(2), NFTA_NG_TYPE: be32(3) });

const NFT_NG_INCREMENTAL = 0;

/** Counts from 0 up to the modulus, again and again: the rule's own counter, which all processors share. */
export const nextNumber = (modulus: number, register: number): Expression =>
  numgen.make({ NFTA_NG_DREG: register, NFTA_NG_MODULUS: modulus, NFTA_NG_TYPE: NFT_NG_INCREMENTAL });
