import type { Verdict } from "./data.ts";
import type { Expression } from "./expressions/expression.ts";
import type { NftFieldType } from "./fields.ts";

/** A table as plain data: what `nft list table` would show without elements. */
export interface NftTableSpec {
  readonly family: "inet";
  readonly name: string;
  readonly sets: readonly NftSetSpec[];
  readonly chains: readonly NftChainSpec[];
}

export interface NftSetSpec {
  readonly name: string;
  /** More than one: a concatenation. */
  readonly key: readonly NftFieldType[];
  /** Absent: a set. Fields: a map. "verdict": a verdict map. */
  readonly data?: readonly NftFieldType[] | "verdict";
}

export interface NftChainSpec {
  readonly name: string;
  /** Absent: a chain that is only jumped to. */
  readonly base?: {
    readonly type: "filter" | "nat";
    readonly hook: "prerouting" | "input" | "forward" | "output" | "postrouting";
    readonly priority: number;
    readonly policy: "accept" | "drop";
  };
  readonly rules: readonly NftRuleSpec[];
}

export interface NftRuleSpec {
  readonly comment: string;
  readonly expressions: readonly Expression[];
}

/** An element of a set or map, as text fields. */
export interface NftElementSpec {
  readonly set: string;
  readonly key: readonly string[];
  /** Fields of a map's data; a verdict map has one, such as "accept" or "jump into". */
  readonly data?: readonly string[];
  /** "": none. */
  readonly comment: string;
}

export type { Verdict };
