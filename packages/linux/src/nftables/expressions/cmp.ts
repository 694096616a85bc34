import { be32, nested } from "../../netlink/attributes.ts";
import { NFT_REG_1 } from "../constants.ts";
import { data } from "../data.ts";
import { type Expression, expressionKind } from "./expression.ts";

const cmp = expressionKind("cmp", {
  NFTA_CMP_SREG: be32(1),
  NFTA_CMP_OP: be32(2),
  NFTA_CMP_DATA: nested(3, data, true),
});

const NFT_CMP_EQ = 0;
const NFT_CMP_NEQ = 1;

const compare = (operation: number, value: Uint8Array, register: number): Expression =>
  cmp.make({ NFTA_CMP_SREG: register, NFTA_CMP_OP: operation, NFTA_CMP_DATA: { NFTA_DATA_VALUE: value } });

/** The rule goes on if the register begins with the bytes. */
export const equals = (value: Uint8Array, register: number = NFT_REG_1): Expression =>
  compare(NFT_CMP_EQ, value, register);

export const differs = (value: Uint8Array, register: number = NFT_REG_1): Expression =>
  compare(NFT_CMP_NEQ, value, register);
