import { Agent } from "node:http";
import { echo } from "./programs/echo.ts";
import { fetchPage } from "./programs/fetch-page.ts";

/** A program outside all sandboxes, on the host or beside it: fetches pages and pings, as its parent asks. */
export type AgentRequest =
  | { readonly id: number; readonly do: "fetch"; readonly url: string; readonly patience: number }
  /** Over a connection that stays open from call to call. */
  | { readonly id: number; readonly do: "call"; readonly url: string; readonly patience: number }
  | { readonly id: number; readonly do: "ping"; readonly address: string; readonly patience: number };

export interface AgentReply {
  readonly id: number;
  readonly ok: boolean;
  readonly text: string;
}

const kept = new Agent({ keepAlive: true, maxSockets: 1 });

process.on("message", (request: AgentRequest) => {
  perform(request).then(
    (text) => process.send?.({ id: request.id, ok: true, text } satisfies AgentReply),
    (error: Error) => process.send?.({ id: request.id, ok: false, text: error.message } satisfies AgentReply),
  );
});
process.on("disconnect", () => process.exit());

async function perform(request: AgentRequest): Promise<string> {
  switch (request.do) {
    case "fetch":
      return fetchPage(request.url, request.patience);
    case "call":
      return fetchPage(request.url, request.patience, kept);
    case "ping":
      return echo(request.address, request.patience);
  }
}
