import { be32 } from "../../netlink/attributes.ts";
import { type Expression, expressionKind } from "./expression.ts";

const hash = expressionKind("hash", {
  NFTA_HASH_SREG: be32(1),
  NFTA_HASH_DREG: be32(2),
  NFTA_HASH_LEN: be32(3),
  NFTA_HASH_MODULUS: be32(4),
  NFTA_HASH_SEED: be32(5),
  NFTA_HASH_OFFSET: be32(6),
  NFTA_HASH_TYPE: be32(7),
});

const NFT_HASH_JENKINS = 0;

export interface HashOf {
  readonly register: number;
  /** Bytes. */
  readonly length: number;
  readonly modulus: number;
  readonly into: number;
}

/** Of so many bytes of a register, below the modulus. The seed is fixed: the same bytes come to the same number for ever. */
export const hashed = ({ register, length, modulus, into }: HashOf): Expression =>
  hash.make({
    NFTA_HASH_SREG: register,
    NFTA_HASH_DREG: into,
    NFTA_HASH_LEN: length,
    NFTA_HASH_MODULUS: modulus,
    NFTA_HASH_SEED: 1,
    NFTA_HASH_TYPE: NFT_HASH_JENKINS,
  });
