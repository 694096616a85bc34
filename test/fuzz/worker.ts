import { getHeapStatistics } from "node:v8";
import { parentPort, workerData } from "node:worker_threads";
import { seededRandom } from "../faults/seeded-random.ts";
import { CurrentInput } from "./current-input.ts";
import type { Failure, Finish, WorkerOrder } from "./fuzz.ts";
import type { FuzzTarget } from "./target.ts";

/** Inputs until everything is warm, and between two looks at the heap. */
const WARM = 2_000;
const BETWEEN = 5_000;
const MAY_GROW = 64 << 20;
/** Refusals that are part of the contract. By name: the packages and this program may hold a class each. */
const ALLOWED: readonly string[] = ["CnmError", "DecodeError"];

const { memory, seconds, seed, only, input, module } = workerData as WorkerOrder;
const { targets }: { readonly targets: () => readonly FuzzTarget[] } = await import(module);
const current = new CurrentInput(memory);
const streams = targets()
  .map((target, index) => ({ target, index, random: seededRandom(seed + Math.imul(index, 0x9e3779b9)) }))
  .filter(({ target }) => only === undefined || target.name === only);
if (streams.length === 0) throw new Error(`there is no target "${only}"`);
parentPort?.postMessage({ targets: targets().map(({ name }) => name) });

const seen = new Set<string>();
let inputs = 0;
let warmHeap: number | undefined;

if (input !== undefined) for (const { target, index } of streams) await attempt(target, index, input);
else await fuzz(Date.now() + seconds * 1_000);
const finish: Finish = { inputs, targets: streams.length, heap: heapInUse() };
parentPort?.postMessage({ finish });

async function fuzz(end: number): Promise<void> {
  for (;;) {
    for (const { target, index, random } of streams) {
      await attempt(target, index, target.generate(random));
      if (inputs === WARM || (inputs > WARM && inputs % BETWEEN === 0)) if (!checkHeap(target)) return;
    }
    if (Date.now() >= end) return void (warmHeap !== undefined && checkHeap(undefined));
  }
}

async function attempt(target: FuzzTarget, index: number, bytes: Uint8Array): Promise<void> {
  inputs++;
  current.begin(index, bytes);
  try {
    const result = target.run(bytes);
    if (result instanceof Promise) await result;
  } catch (error) {
    if (!(error instanceof Error && ALLOWED.includes(error.name))) report("crash", target, bytes, describe(error));
  }
}

/** False: it has grown beyond bounds. */
function checkHeap(target: FuzzTarget | undefined): boolean {
  const heap = heapInUse();
  warmHeap ??= heap;
  if (heap - warmHeap <= MAY_GROW) return true;
  const words = `the heap has grown from ${warmHeap >> 20} to ${heap >> 20} MB in ${inputs} inputs`;
  report("memory", target, new Uint8Array(), words);
  return false;
}

function heapInUse(): number {
  if (globalThis.gc === undefined) throw new Error("the fuzzer needs node --expose-gc");
  globalThis.gc();
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

/** The same crash of the same target once. */
function report(kind: Failure["kind"], target: FuzzTarget | undefined, bytes: Uint8Array, reason: string): void {
  const name = target?.name ?? "all targets";
  const crash = `${name} ${reason.split("\n").slice(0, 2).join()}`;
  if (seen.has(crash)) return;
  seen.add(crash);
  const failure: Failure = { kind, target: name, reason, input: bytes };
  parentPort?.postMessage({ failure });
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
