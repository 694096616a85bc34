import { be32 } from "../../netlink/attributes.ts";
import { NFT_FIB_RESULT_ADDRTYPE, NFT_REG_1, NFTA_FIB_F_DADDR, NFTA_FIB_F_SADDR, RTN_LOCAL } from "../constants.ts";
import { equals } from "./cmp.ts";
import { type Expression, expressionKind } from "./expression.ts";

const fib = expressionKind("fib", { NFTA_FIB_FLAGS: be32(3), NFTA_FIB_RESULT: be32(2), NFTA_FIB_DREG: be32(1) });

const isLocal = (flags: number): readonly Expression[] => [
  fib.make({ NFTA_FIB_FLAGS: flags, NFTA_FIB_RESULT: NFT_FIB_RESULT_ADDRTYPE, NFTA_FIB_DREG: NFT_REG_1 }),
  equals(new Uint8Array(Uint32Array.of(RTN_LOCAL).buffer)),
];

/** The rule goes on if the destination is an address of this host. */
export const destinationIsLocal: readonly Expression[] = isLocal(NFTA_FIB_F_DADDR);
export const sourceIsLocal: readonly Expression[] = isLocal(NFTA_FIB_F_SADDR);
