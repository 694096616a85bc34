import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { ping } from "./ping.ts";

/**
 * A program that runs inside a namespace of the demo, as a container's program would: serves a page, fetches pages and
 * pings, as its parent asks.
 */
export type AgentRequest =
  | { readonly id: number; readonly do: "serve"; readonly port: number; readonly text: string }
  | { readonly id: number; readonly do: "fetch"; readonly url: string; readonly patience: number }
  | { readonly id: number; readonly do: "ping"; readonly address: string; readonly patience: number };

export interface AgentReply {
  readonly id: number;
  readonly ok: boolean;
  readonly text: string;
}

process.on("message", (request: AgentRequest) => {
  perform(request).then(
    (text) => process.send?.({ id: request.id, ok: true, text } satisfies AgentReply),
    (error: Error) => process.send?.({ id: request.id, ok: false, text: error.message } satisfies AgentReply),
  );
});
process.on("disconnect", () => process.exit());

async function perform(request: AgentRequest): Promise<string> {
  switch (request.do) {
    case "serve":
      return serve(request.port, request.text);
    case "fetch":
      return fetchPage(request.url, request.patience);
    case "ping":
      return ping(request.address, request.patience);
  }
}

function serve(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      response.end(`${text}, asked by ${request.socket.remoteAddress?.replace("::ffff:", "")}`);
    });
    server.once("error", reject);
    server.listen(port, () => resolve(`port ${(server.address() as AddressInfo).port}`));
  });
}

function fetchPage(url: string, timeout: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = get(url, { timeout, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve(Buffer.concat(chunks).toString()));
    });
    call.on("timeout", () => call.destroy(new Error("no answer")));
    call.on("error", reject);
  });
}
