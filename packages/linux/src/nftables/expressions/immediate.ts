import { be32, nested } from "../../netlink/attributes.ts";
import { type DataValues, data } from "../data.ts";
import { type Expression, expressionKind } from "./expression.ts";

const immediate = expressionKind("immediate", {
  NFTA_IMMEDIATE_DREG: be32(1),
  NFTA_IMMEDIATE_DATA: nested(2, data, true),
});

export const loadData = (values: DataValues, register: number): Expression =>
  immediate.make({ NFTA_IMMEDIATE_DREG: register, NFTA_IMMEDIATE_DATA: values });

/** At most 16 bytes. */
export const loadBytes = (bytes: Uint8Array, register: number): Expression =>
  loadData({ NFTA_DATA_VALUE: bytes }, register);
