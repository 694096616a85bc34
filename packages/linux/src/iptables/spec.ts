export type IptablesTable = "filter" | "nat" | "mangle";

/** Everything after `-A CHAIN`, word by word, spelled and ordered as iptables-save prints it; without the owner's comment. */
export type RuleWords = readonly string[];

/** What is fixed in one family's tables. */
export interface ChainsSpec {
  readonly family: 4 | 6;
  readonly tables: readonly TableSpec[];
}

export interface TableSpec {
  readonly name: IptablesTable;
  readonly chains: readonly ChainSpec[];
  readonly jumps: readonly JumpSpec[];
}

export interface ChainSpec {
  readonly name: string;
  /** They stay at the chain's end: what varies is inserted at its head. */
  readonly rules: readonly RuleWords[];
}

/** Rules of ours in a built-in chain, before or behind what others have there. */
export interface JumpSpec {
  readonly from: string;
  readonly at: "head" | "tail";
  readonly rules: readonly RuleWords[];
}

export const CHAIN_PREFIX = "CNM-";

/** The administrator's own: made if it is absent, jumped to first, never written to. */
export const USER_CHAIN = "CNM-USER";
