import type { Socket } from "node:net";
import type { AnswerQuery, NameServerPeer } from "../contracts/name-server.ts";
import { CnmError } from "../errors/cnm-error.ts";
import { DNS_MESSAGE } from "./constants.ts";
import { FrameReader, frame } from "./frames.ts";

/** Longer queries are none. */
const LONGEST_QUERY = 4096;
/** So many answers may be promised at a time. */
const PROMISED = 16;
/** So many queries a turn of the event loop. */
const PER_TURN = 64;
/** Promised answers come whether or not the earlier ones have been taken: up to here. */
const UNSENT = 256 << 10;

export interface ConversationOptions {
  readonly answer: AnswerQuery;
  readonly idleTimeout: number;
  readonly failed: (error: unknown) => void;
}

/**
 * Queries on one connection, and answers in the order in which they are known. While the client does not take what it was
 * sent, and while many answers are promised, no further query is taken from it.
 */
export function tcpConversation(socket: Socket, { answer, idleTimeout, failed }: ConversationOptions): void {
  const reader = new FrameReader(LONGEST_QUERY);
  const peer: NameServerPeer = { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 };
  let promised = 0;
  let resting = false;
  let ended = false;
  const idle = setTimeout(() => {
    // It is not the client who lets the other one wait.
    if (promised > 0 && !socket.writableNeedDrain) idle.refresh();
    else socket.destroy();
  }, idleTimeout);

  socket.on("data", (chunk: Buffer) => {
    reader.push(chunk);
    work();
  });
  socket.on("end", () => {
    ended = true;
    work();
  });
  socket.on("drain", () => {
    idle.refresh();
    work();
  });
  // A connection that breaks is the client's affair.
  socket.on("error", () => undefined);
  socket.on("close", () => clearTimeout(idle));

  function work(): void {
    if (resting || socket.destroyed) return;
    socket.cork();
    const state = takeQueries();
    socket.uncork();
    if (state === "broken") socket.destroy();
    else if (state === "more") {
      socket.pause();
      rest();
    } else if (state === "full") socket.pause();
    else if (ended && promised === 0) socket.end();
    else socket.resume();
  }

  function takeQueries(): "broken" | "more" | "full" | "empty" {
    for (let taken = 0; taken < PER_TURN; taken++) {
      if (socket.writableNeedDrain || promised >= PROMISED) return "full";
      const query = reader.next();
      if (query === "broken") return "broken";
      if (query === undefined) return "empty";
      idle.refresh();
      answerOne(query);
    }
    return "more";
  }

  function rest(): void {
    resting = true;
    setImmediate(() => {
      resting = false;
      work();
    });
  }

  function answerOne(query: Uint8Array): void {
    try {
      const result = answer(query, "tcp", peer);
      if (result instanceof Uint8Array) send(result);
      else if (result !== undefined) answerLater(result);
    } catch (error) {
      failed(error);
    }
  }

  function answerLater(promise: Promise<Uint8Array | undefined>): void {
    promised++;
    promise
      .then((result) => {
        if (result !== undefined) send(result);
      })
      .catch(failed)
      .finally(() => {
        promised--;
        work();
      });
  }

  function send(message: Uint8Array): void {
    if (socket.destroyed) return;
    if (message.length > DNS_MESSAGE) {
      throw new CnmError("internal", "answer-too-long", `an answer of ${message.length} bytes is no DNS message`);
    }
    if (socket.writableLength > UNSENT) socket.destroy();
    else socket.write(frame(message));
  }
}
