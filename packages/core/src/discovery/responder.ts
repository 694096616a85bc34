import type { SandboxId } from "../model/ids.ts";
import type { Discovery } from "./discovery.ts";
import type { Upstream } from "./verdict.ts";
import { finishAnswer, type PreparedAnswer } from "./wire/prepared-answer.ts";
import type { Query } from "./wire/query.ts";
import { questionKey } from "./wire/question-key.ts";
import { readQuery } from "./wire/read-query.ts";
import { type AnswerOptions, answerLimit, type LocalVerdict, prepareAnswer } from "./wire/write-answer.ts";

export interface ResponderOptions {
  /** What we take and send over UDP at most: 512 to 4,096 bytes. Default: 1,232. */
  readonly udpSize?: number;
  /** Numbers in [0, 1): which of several records comes first. */
  readonly random?: () => number;
  /** How many prepared answers a sandbox has at most. Default: 256. */
  readonly prepared?: number;
}

export type Reply =
  | { readonly type: "answer"; readonly bytes: Uint8Array }
  | { readonly type: "forward"; readonly query: Query; readonly to: Upstream }
  | { readonly type: "ignore" };

/** Bytes of queries to bytes of answers. */
export interface Responder {
  /** @throws CnmError `not-found` "sandbox-not-found" */
  respond(sandbox: SandboxId, bytes: Uint8Array, transport?: "udp" | "tcp"): Reply;
  /** Drops what is prepared for a sandbox that is gone. */
  forget(sandbox: SandboxId): void;
}

/**
 * Answers what can be answered here. A question that was asked before, by the same sandbox and with nothing changed in
 * between, gets bytes that are ready but for the id: no message is read or written for it.
 */
export function createResponder(
  discovery: Pick<Discovery, "resolve" | "generation">,
  options: ResponderOptions = {},
): Responder {
  const { udpSize, random = Math.random, prepared: most = 256 } = options;
  const shelves = new Map<SandboxId, Shelf>();

  function shelfOf(sandbox: SandboxId): Shelf {
    const generation = discovery.generation(sandbox);
    const there = shelves.get(sandbox);
    if (there?.generation === generation) return there;
    const shelf: Shelf = { generation, answers: new Map() };
    shelves.set(sandbox, shelf);
    return shelf;
  }

  function answer(sandbox: SandboxId, query: Query, verdict: LocalVerdict, options: AnswerOptions): Reply {
    const prepared = prepareAnswer(query, verdict, options);
    const key = questionKey(query.bytes)?.key;
    const { answers } = shelfOf(sandbox);
    if (key !== undefined && answers.size < most) answers.set(key, prepared);
    return { type: "answer", bytes: finishAnswer(prepared, query, answerLimit(query, options), random) };
  }

  return {
    respond(sandbox, bytes, transport = "udp") {
      const answerOptions = { udpSize, transport };
      const asked = questionKey(bytes);
      const prepared = asked === undefined ? undefined : shelfOf(sandbox).answers.get(asked.key);
      if (asked !== undefined && prepared !== undefined) {
        const asker = { bytes, questionEnd: asked.questionEnd };
        return { type: "answer", bytes: finishAnswer(prepared, asker, answerLimit(asked, answerOptions), random) };
      }
      const reading = readQuery(bytes, answerOptions);
      if (reading.type === "ignore") return reading;
      if (reading.type === "reply") return { type: "answer", bytes: reading.bytes };
      const verdict = discovery.resolve(sandbox, reading.query.question);
      if (verdict.type === "forward") return { type: "forward", query: reading.query, to: verdict.to };
      return answer(sandbox, reading.query, verdict, answerOptions);
    },
    forget: (sandbox) => void shelves.delete(sandbox),
  };
}

interface Shelf {
  readonly generation: number;
  readonly answers: Map<string, PreparedAnswer>;
}
