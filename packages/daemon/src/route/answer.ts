export type Answer =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** Sent as JSON; absent: no body at all. */
      readonly json?: unknown;
      readonly text?: string;
    }
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** Sent piece by piece as it comes; the head at once. */
      readonly stream: AsyncIterable<string | Uint8Array>;
    };

export const json = (status: number, value: unknown): Answer => ({ status, json: value });
export const empty = (status: number): Answer => ({ status });
export const text = (status: number, value: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  text: value,
  headers: { "content-type": "text/plain; charset=utf-8", ...headers },
});
