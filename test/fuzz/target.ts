/** Numbers in [0, 1), the same again for the same seed. */
export type Random = () => number;

/** Something that reads what others wrote. */
export interface FuzzTarget {
  readonly name: string;
  /** One input, as the bytes that a failure is written to a file as. */
  generate(random: Random): Uint8Array;
  /** May throw CnmError and DecodeError. Whatever else it throws is a crash. */
  run(input: Uint8Array): unknown;
}
