import type { Json, JsonObject } from "../api/json.ts";
import { UsageError } from "../errors.ts";
import { readDuration } from "./read-duration.ts";

/** What a command was called with, read with the type that its spec promises. */
export class Input {
  readonly args: readonly string[];
  readonly #options: ReadonlyMap<string, unknown>;

  constructor(args: readonly string[], options: ReadonlyMap<string, unknown>) {
    this.args = args;
    this.#options = options;
  }

  /** The argument at this place; "" for an optional one that is not there. */
  arg(at: number): string {
    return this.args[at] ?? "";
  }

  flag(name: string): boolean {
    return this.#options.get(name) === true;
  }

  text(name: string): string | undefined {
    const value = this.#options.get(name);
    return typeof value === "string" ? value : undefined;
  }

  texts(name: string): readonly string[] {
    const value = this.#options.get(name);
    return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
  }

  /** Values that may be parted by commas too, as Docker's lists of addresses and ranges. */
  list(name: string): readonly string[] {
    return this.texts(name).flatMap((text) => text.split(","));
  }

  /** `KEY=VALUE`; a key alone has the value "". */
  pairs(name: string): Readonly<Record<string, string>> {
    return Object.fromEntries(this.texts(name).map(pairOf));
  }

  integer(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (/^[+-]?\d{1,10}$/.test(text)) return Number(text);
    throw new UsageError(`--${name} ${JSON.stringify(text)} is no whole number`);
  }

  /** "1m30s", "500ms", or a number of seconds; in milliseconds. */
  duration(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const milliseconds = readDuration(text);
    if (milliseconds !== undefined) return milliseconds;
    throw new UsageError(`--${name} ${JSON.stringify(text)} is no duration such as 30s or 1m30s`);
  }

  /** A duration of whole seconds. */
  seconds(name: string): number | undefined {
    const milliseconds = this.duration(name);
    if (milliseconds === undefined) return undefined;
    if (Number.isInteger(milliseconds / 1_000)) return milliseconds / 1_000;
    throw new UsageError(`--${name} ${JSON.stringify(this.text(name))} is no whole number of seconds`);
  }

  /** `--filter KEY=VALUE`, several values of one key beside each other. */
  filters(): Readonly<Record<string, readonly string[]>> {
    const filters: Record<string, string[]> = {};
    for (const text of this.texts("filter")) {
      const at = text.indexOf("=");
      if (at < 1) throw new UsageError(`--filter ${JSON.stringify(text)} is not KEY=VALUE`);
      const key = text.slice(0, at);
      filters[key] = [...(filters[key] ?? []), text.slice(at + 1)];
    }
    return filters;
  }
}

export function pairOf(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** Without what is absent or empty, so that the daemon's defaults hold. */
export function given(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  const there: Record<string, Json> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined && !isEmpty(value)) there[name] = value;
  return there;
}

const isEmpty = (value: Json): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;
