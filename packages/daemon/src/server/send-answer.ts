import { once } from "node:events";
import type { Logger } from "@cnm/core";
import type { FastifyReply } from "fastify";
import type { Answer } from "../route/answer.ts";

export async function sendAnswer(reply: FastifyReply, answer: Answer, logger: Logger): Promise<FastifyReply> {
  if ("stream" in answer) return await sendStream(reply, answer, logger);
  reply.status(answer.status).headers(answer.headers ?? {});
  // As bytes, to which no character set is added: Docker's client looks for this very text.
  if (answer.json !== undefined) {
    return reply.header("content-type", "application/json").send(Buffer.from(JSON.stringify(answer.json)));
  }
  return reply.send(answer.text);
}

/** The head goes at once: a client that waits for events has to know that it is heard. */
async function sendStream(
  reply: FastifyReply,
  { status, headers = {}, stream }: Extract<Answer, { readonly stream: unknown }>,
  logger: Logger,
): Promise<FastifyReply> {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(status, { ...(reply.getHeaders() as Record<string, string>), ...headers });
  raw.flushHeaders();
  try {
    for await (const piece of stream) {
      if (raw.destroyed) break;
      if (!raw.write(piece)) await Promise.race([once(raw, "drain"), once(raw, "close")]);
    }
    raw.end();
  } catch (error) {
    logger.warn({ err: error }, "a stream broke off");
    raw.destroy();
  }
  return reply;
}
