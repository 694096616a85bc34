import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json } from "../api/json.ts";

export interface Answer {
  readonly status?: number;
  readonly json?: Json;
  readonly text?: string;
}

/** A daemon's place in a test: it keeps what it is asked, and answers what it was told to. */
export class ApiDouble implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), "cnm-cli-"));
  readonly socket = join(this.folder, "cnm.sock");
  /** "GET /networks", then the body if there is one. */
  readonly requests: (readonly [string, Json?])[] = [];
  readonly answers = new Map<string, Answer>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async open(answers: Readonly<Record<string, Answer>> = {}): Promise<ApiDouble> {
    const double = new ApiDouble();
    for (const [call, answer] of Object.entries(answers)) double.answers.set(call, answer);
    await new Promise<void>((resolve) => double.#server.listen(double.socket, resolve));
    return double;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const call = `${request.method} ${decodeURIComponent(request.url ?? "")}`;
    const body = Buffer.concat(chunks).toString();
    this.requests.push(body === "" ? [call] : [call, JSON.parse(body)]);
    const {
      status = 200,
      json,
      text,
    } = this.answers.get(call) ?? {
      status: 404,
      json: { message: `no answer to ${call}` },
    };
    response.writeHead(status, { "content-type": "application/json" });
    response.end(text ?? (json === undefined ? "" : JSON.stringify(json)));
  }
}
