import type { Question } from "../question.ts";

/** A query that can be answered. */
export interface Query {
  readonly id: number;
  readonly question: Question;
  readonly recursionDesired: boolean;
  readonly checkingDisabled: boolean;
  /** Absent: the client knows no EDNS, and is not told of any. */
  readonly edns?: { readonly dnssecOk: boolean };
  /** The longest answer over UDP that the client takes: 512 or more. */
  readonly udpSize: number;
  /** The message as it came. */
  readonly bytes: Uint8Array;
  /** Where its question section ends, which begins behind the header and has no pointers in it. */
  readonly questionEnd: number;
}
