import { type Directories, openController } from "./open-controller.ts";
import { readRecords } from "./records.ts";
import type { Death, Moment, Sight, Subject, WorkOrder } from "./subject.ts";
import { Victim } from "./victim.ts";

export interface LibraryParts {
  readonly directories: Directories;
  /** Paths of namespaces that others made. */
  readonly foreign: readonly string[];
  /** The operator, as a program. */
  readonly program: string;
}

/** Processes that use the library themselves. */
export class LibrarySubject implements Subject {
  readonly starting = { from: 0, to: 160 };
  readonly predefined = [];
  readonly answersNames = false;
  readonly directories: Directories;
  readonly #parts: LibraryParts;
  /** Loaded ahead of time. */
  #spare: Victim;

  constructor(parts: LibraryParts) {
    this.#parts = parts;
    this.directories = parts.directories;
    this.#spare = new Victim(parts.program);
  }

  async work(order: WorkOrder, moment: Moment, stop: AbortSignal): Promise<Death> {
    const { directories, foreign, program } = this.#parts;
    const victim = this.#spare;
    this.#spare = new Victim(program);
    return await victim.runUntil({ ...directories, foreign, ...order }, moment, stop);
  }

  async look(): Promise<Sight> {
    const errors: string[] = [];
    const log = (_: unknown, message: string): void => void errors.push(`logged: ${message}`);
    const logger = { debug: () => undefined, info: () => undefined, warn: log, error: log };
    const controller = await openController(this.directories, { logger });
    const doctor = (await controller.doctor()).map(({ message }) => `doctor: ${message}`);
    return {
      records: await readRecords(controller),
      get complaints() {
        return [...errors, ...doctor];
      },
      hold: () => undefined,
      [Symbol.asyncDispose]: () => controller.close(),
    };
  }

  async close(): Promise<void> {
    await this.#spare.dismiss();
  }
}
