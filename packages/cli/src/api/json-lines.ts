import { CliError } from "../errors.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";

/** Objects of a stream that has one on each line; a line may come in pieces. */
export async function* jsonLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<JsonObject> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield* objectOf(line);
  }
  yield* objectOf(rest);
}

function* objectOf(line: string): Generator<JsonObject> {
  if (line.trim() === "") return;
  let value: Json;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new CliError("the daemon's stream is no JSON", { cause });
  }
  if (isObject(value)) yield value;
}
