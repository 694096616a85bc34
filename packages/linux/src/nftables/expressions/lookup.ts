import { be32, cstring } from "../../netlink/attributes.ts";
import { NFT_LOOKUP_F_INV, NFT_REG_1, NFT_REG_VERDICT } from "../constants.ts";
import { type Expression, expressionKind } from "./expression.ts";

const lookup = expressionKind("lookup", {
  NFTA_LOOKUP_SET: cstring(1),
  NFTA_LOOKUP_SREG: be32(2),
  NFTA_LOOKUP_DREG: be32(3),
  NFTA_LOOKUP_SET_ID: be32(4),
  NFTA_LOOKUP_FLAGS: be32(5),
});

/** The rule goes on if the register's value is in the set. */
export const isIn = (set: string, register: number = NFT_REG_1): Expression =>
  lookup.make({ NFTA_LOOKUP_SET: set, NFTA_LOOKUP_SREG: register });

export const isNotIn = (set: string, register: number = NFT_REG_1): Expression =>
  lookup.make({ NFTA_LOOKUP_SET: set, NFTA_LOOKUP_SREG: register, NFTA_LOOKUP_FLAGS: NFT_LOOKUP_F_INV });

/** The rule goes on if the map has the key, with what it maps to in the register `into`. */
export const mapped = (map: string, into: number = NFT_REG_1, register: number = NFT_REG_1): Expression =>
  lookup.make({ NFTA_LOOKUP_SET: map, NFTA_LOOKUP_SREG: register, NFTA_LOOKUP_DREG: into });

/** The map says what happens with the packet; without an entry the rule does not fit. */
export const verdictFrom = (map: string, register: number = NFT_REG_1): Expression =>
  mapped(map, NFT_REG_VERDICT, register);
