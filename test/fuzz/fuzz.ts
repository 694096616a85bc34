import { createHash, randomInt } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { CurrentInput } from "./current-input.ts";

/** What the worker is to do. */
export interface WorkerOrder {
  readonly memory: SharedArrayBuffer;
  readonly seconds: number;
  readonly seed: number;
  readonly only: string | undefined;
  /** Run this one and nothing else. */
  readonly input: Uint8Array | undefined;
  /** Where `targets` is exported. */
  readonly module: string;
}

export interface Failure {
  readonly kind: "crash" | "hang" | "memory";
  readonly target: string;
  readonly reason: string;
  readonly input: Uint8Array;
}

export interface Finish {
  readonly inputs: number;
  readonly targets: number;
  readonly heap: number;
}

type Report = { readonly targets?: readonly string[]; readonly failure?: Failure; readonly finish?: Finish };

/** Ten looks in a row at the same input: a second, or more on a busy machine. */
const LOOK_MS = 100;
const LOOKS = 10;
const OLD_SPACE_MB = 1_024;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "20" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    target: { type: "string" },
    input: { type: "string" },
    out: { type: "string", default: "node_modules/.cache/fuzz" },
  },
});
const again = values.input === undefined ? "" : `, input ${values.input}`;
console.log(`fuzz: seed ${values.seed}, ${values.seconds} s${again}`);

const current = new CurrentInput();
const failures: Failure[] = [];
const finish = await fuzz({
  memory: current.memory,
  seconds: Number(values.seconds),
  seed: Number(values.seed),
  only: values.target,
  input: values.input === undefined ? undefined : Uint8Array.from(readFileSync(values.input)),
  module: new URL("./targets.mjs", import.meta.url).href,
});
const count = (kind: Failure["kind"]): number => failures.filter((failure) => failure.kind === kind).length;
const grown = count("memory") === 0 ? "" : " (grown beyond bounds)";
console.log(
  `fuzz: ${finish.inputs} inputs, ${finish.targets} targets, ${count("crash")} crashes, ${count("hang")} hangs, ` +
    `heap ${finish.heap >> 20} MB${grown}`,
);
process.exit(failures.length === 0 ? 0 : 1);

/** Resolves when the time is over, or with what is known when an input ends everything. */
function fuzz(order: WorkerOrder): Promise<Finish> {
  const worker = new Worker(new URL("./worker.mjs", import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: OLD_SPACE_MB },
  });
  let names: readonly string[] = [];
  const cut = (): Finish => ({ inputs: current.count, targets: names.length, heap: 0 });
  const blame = (kind: Failure["kind"], reason: string): void =>
    keep({ kind, target: names[current.target] ?? "no target yet", reason, input: current.input });

  return new Promise((resolve) => {
    let count = 0;
    let looks = 0;
    const watchdog = setInterval(() => {
      looks = count === current.count && count > 0 ? looks + 1 : 0;
      count = current.count;
      if (looks < LOOKS) return;
      blame("hang", `it has been busy for more than ${(LOOK_MS * LOOKS) / 1_000} s`);
      end(cut());
    }, LOOK_MS);
    const end = (finish: Finish): void => {
      clearInterval(watchdog);
      resolve(finish);
    };

    worker.on("message", (report: Report) => {
      names = report.targets ?? names;
      if (report.failure !== undefined) keep(report.failure);
      if (report.finish !== undefined) end(report.finish);
    });
    worker.on("error", (error: Error & { readonly code?: string }) => {
      blame(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "memory" : "crash", error.stack ?? error.message);
      end(cut());
    });
  });
}

function keep(failure: Failure): void {
  failures.push(failure);
  const { kind, target, reason, input } = failure;
  mkdirSync(values.out, { recursive: true });
  const digest = createHash("sha256").update(input).digest("hex").slice(0, 12);
  const path = join(values.out, `${kind}-${target.replaceAll(/[^a-z0-9]+/gi, "-")}-${digest}`);
  writeFileSync(path, input);
  console.error(
    `${kind} in ${target}: ${reason}\ninput: ${path}\nagain: npm run fuzz -- --target "${target}" --input ${path}`,
  );
}
