import type { NameServerPeer, Via } from "@cnm/core";

/** What a thread is started with. */
export interface ThreadData {
  readonly compartment: number;
  /** The library whose functions lead into it. */
  readonly iphlpapi: string;
}

/** Of a system call: "EADDRINUSE", and the rest. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** What a thread is asked to do. Numbers are the asker's. */
export type ToThread =
  | {
      readonly type: "serve";
      readonly server: number;
      readonly address: string;
      readonly port: number;
      readonly idleTimeout: number;
    }
  | { readonly type: "answers"; readonly server: number; readonly answers: readonly AnswerMessage[] }
  | { readonly type: "close"; readonly server: number }
  | {
      readonly type: "exchange";
      readonly exchange: number;
      readonly via: Via;
      readonly to: NameServerPeer;
      readonly query: Uint8Array;
    }
  | { readonly type: "leave"; readonly exchange: number }
  | { readonly type: "connect"; readonly connection: number; readonly address: string; readonly port: number }
  /** More is wanted of what comes in. */
  | { readonly type: "read" | "finish" | "destroy"; readonly connection: number }
  | { readonly type: "write"; readonly connection: number; readonly chunk: Uint8Array }
  | { readonly type: "end" };

/** What it says. */
export type FromThread =
  | { readonly type: "entered" }
  | { readonly type: "serving" | "closed"; readonly server: number }
  | { readonly type: "not-serving" | "broken"; readonly server: number; readonly failure: Failure }
  | { readonly type: "queries"; readonly server: number; readonly queries: readonly QueryMessage[] }
  | { readonly type: "answer"; readonly exchange: number; readonly answer: Uint8Array }
  | { readonly type: "no-answer"; readonly exchange: number; readonly failure: Failure }
  /** `connected`: it is there. `written`: so is what was written. `finished`: nothing more comes. */
  | { readonly type: "connected" | "written" | "finished"; readonly connection: number }
  | { readonly type: "data"; readonly connection: number; readonly chunk: Uint8Array }
  /** It is no more; with a failure, it has not ended as it should. */
  | { readonly type: "gone"; readonly connection: number; readonly failure?: Failure };

export interface QueryMessage {
  /** Of this server, never used again. */
  readonly number: number;
  readonly via: Via;
  readonly peer: NameServerPeer;
  readonly query: Uint8Array;
}

export interface AnswerMessage {
  readonly number: number;
  /** Absent: there is none. */
  readonly answer?: Uint8Array;
}
