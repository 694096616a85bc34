/** What a client asks. */
export interface Question {
  /** As it was asked; without the trailing dot, so that the root is "". */
  readonly name: string;
  /** "A", "AAAA", "PTR"… "UNKNOWN_65280" for what has no name here. */
  readonly type: string;
  /** "IN" unless given. */
  readonly class?: string;
}
