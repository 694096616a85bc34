import type { COMPUTENETWORK } from "../../ffi/computenetwork.ts";
import type { Library } from "../../ffi/library.ts";
import { Slots } from "../../ffi/slots.ts";
import type { Given, Handle } from "../../ffi/types.ts";
import { HcnError } from "../hcn-error.ts";
import { E_POINTER } from "../hresults.ts";
import { type Failure, failureOf } from "./failure-of.ts";

/** HNS takes its time, and libuv's pool has four threads: one is left for files and names. */
const THREADS = 3;

type Table = typeof COMPUTENETWORK;
type Name = keyof Table;

/** What a call is about, for its error. */
export interface Subject {
  /** "network 4f0c…". */
  readonly what: string;
  readonly request?: string;
}

/** Calls of computenetwork.dll on threads of the pool; what HNS refuses is an HcnError. */
export class HcnCalls {
  readonly #library: Library<Table>;
  readonly #slots = new Slots(THREADS);
  /** Handles that are open now. */
  #open = 0;

  constructor(library: Library<Table>) {
    this.#library = library;
  }

  get openHandles(): number {
    return this.#open;
  }

  /** Resolves when none is under way: what nobody waits for any more gives something back all the same. */
  idle(): Promise<void> {
    return this.#slots.idle();
  }

  /** Resolves to the text that the function gives back, if it gives one. */
  async text<N extends Name>(name: N, subject: Subject, ...given: Given<Table[N]["args"]>): Promise<string> {
    const { result, back } = await this.#call(name, given);
    const [first, second] = back as readonly (string | null)[];
    const [text, record] = back.length > 1 ? [first, second] : [null, first];
    const failure = failureOf(result, record);
    if (failure !== undefined) throw hcnError(name, subject, failure);
    return text ?? "";
  }

  /** Opens or creates with one function, and closes with the other one when the work is done. */
  async withHandle<N extends Name, T>(
    [name, close]: readonly [N, Name],
    subject: Subject,
    given: Given<Table[N]["args"]>,
    work: (handle: Handle) => Promise<T>,
  ): Promise<T> {
    const { result, back } = await this.#call(name, given);
    const [handle, record] = back as readonly [Handle | null, string | null];
    const failure = failureOf(result, record);
    if (handle === null || handle === 0n) throw hcnError(name, subject, failure ?? { hresult: E_POINTER });
    this.#open++;
    let done: T;
    try {
      if (failure !== undefined) throw hcnError(name, subject, failure);
      done = await work(handle);
    } catch (error) {
      // The first failure tells more than what follows from it: a service that has stopped closes nothing either.
      await this.#close(close, subject, handle).catch(() => undefined);
      throw error;
    }
    await this.#close(close, subject, handle);
    return done;
  }

  async #close(name: Name, subject: Subject, handle: Handle): Promise<void> {
    this.#open--;
    const { result } = await this.#call(name, [handle]);
    const failure = failureOf(result, null);
    if (failure !== undefined) throw hcnError(name, subject, failure);
  }

  #call(name: Name, given: readonly unknown[]) {
    const call = this.#library.function(name) as AnyFunction;
    return this.#slots.run(() => call.async(...given));
  }
}

/** What all of the table's functions have in common. */
interface AnyFunction {
  async(...given: readonly unknown[]): Promise<{ readonly result: number; readonly back: readonly unknown[] }>;
}

const hcnError = (name: Name, { what, request }: Subject, failure: Failure): HcnError =>
  new HcnError({ operation: `${name} ${what}`, ...failure, ...(request === undefined ? {} : { request }) });
