import { be32, nested } from "../../netlink/attributes.ts";
import { NFT_REG_1 } from "../constants.ts";
import { data } from "../data.ts";
import { differs, equals } from "./cmp.ts";
import { type Expression, expressionKind } from "./expression.ts";

const bitwise = expressionKind("bitwise", {
  NFTA_BITWISE_SREG: be32(1),
  NFTA_BITWISE_DREG: be32(2),
  NFTA_BITWISE_LEN: be32(3),
  NFTA_BITWISE_OP: be32(6),
  NFTA_BITWISE_MASK: nested(4, data, true),
  NFTA_BITWISE_XOR: nested(5, data, true),
});

/** The register's first bytes AND the mask. */
export const masked = (mask: Uint8Array, register: number = NFT_REG_1): Expression =>
  bitwise.make({
    NFTA_BITWISE_SREG: register,
    NFTA_BITWISE_DREG: register,
    NFTA_BITWISE_LEN: mask.length,
    NFTA_BITWISE_OP: 0,
    NFTA_BITWISE_MASK: { NFTA_DATA_VALUE: mask },
    NFTA_BITWISE_XOR: { NFTA_DATA_VALUE: new Uint8Array(mask.length) },
  });

/** The rule goes on if the register's word (host order) has any of the bits. */
export const hasBits = (bits: number): readonly Expression[] => [masked(word(bits)), differs(word(0))];

/** The rule goes on if the word AND the mask is the value. */
export const matches = (value: number, mask: number): readonly Expression[] => [
  masked(word(mask)),
  equals(word(value)),
];

const word = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);
