import type { AnswerQuery } from "@cnm/core";
import { ipBytes } from "@cnm/linux";

const HEADER = 12;
const QUESTION_TAIL = 4;
const TYPE_A = 1;
const TYPE_AAAA = 28;
const TTL = 600;
/** A response that is authoritative and offers recursion; 3 says that there is no such name. */
const FLAGS = 0x8480;
const NXDOMAIN = 3;
const RECURSION_DESIRED = 0x01;

/**
 * Answers from bytes that were made beforehand: the question's bytes lead to the answer, in which only the ID and one flag are
 * the query's. `addresses`: "web.example" → "10.7.0.2" or "fd07::2".
 */
export function preparedAnswers(addresses: ReadonlyMap<string, string>): AnswerQuery {
  const answers = new Map([...addresses].map(([name, address]) => prepare(name, address)));
  return (query) => {
    const end = questionEnd(query);
    const question = key(query, end);
    const answer = answers.get(question) ?? noSuchName(query, end);
    answer[0] = query[0] ?? 0;
    answer[1] = query[1] ?? 0;
    answer[2] = (FLAGS >> 8) | ((query[2] ?? 0) & RECURSION_DESIRED);
    return answer;
  };
}

const key = ({ buffer, byteOffset }: Uint8Array, end: number): string =>
  Buffer.from(buffer, byteOffset, end).toString("latin1", HEADER, end);

function questionEnd(query: Uint8Array): number {
  let at = HEADER;
  for (let length = query[at] ?? 0; length !== 0; length = query[at] ?? 0) at += length + 1;
  return at + 1 + QUESTION_TAIL;
}

function prepare(name: string, address: string): [question: string, answer: Uint8Array] {
  const data = ipBytes(address);
  const type = data.length === 4 ? TYPE_A : TYPE_AAAA;
  const labels = name.split(".").flatMap((label) => [label.length, ...Buffer.from(label)]);
  const question = [...labels, 0, 0, type, 0, 1];
  const header = [0, 0, FLAGS >> 8, FLAGS & 0xff, 0, 1, 0, 1, 0, 0, 0, 0];
  // The name is where the question has it.
  const record = [0xc0, HEADER, 0, type, 0, 1, 0, 0, TTL >> 8, TTL & 0xff, 0, data.length, ...data];
  const answer = Uint8Array.from([...header, ...question, ...record]);
  return [key(answer, HEADER + question.length), answer];
}

function noSuchName(query: Uint8Array, end: number): Uint8Array {
  const answer = query.slice(0, end);
  answer.set([FLAGS >> 8, (FLAGS & 0xff) | NXDOMAIN, 0, 1, 0, 0, 0, 0, 0, 0], 2);
  return answer;
}
