/** The only error that a decoder throws, whatever the bytes are. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
}
