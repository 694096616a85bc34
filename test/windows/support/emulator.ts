import koffi from "koffi";

/** Settings of the emulator: test/windows/hcn-emulator/README.md. */
export interface EmulatorSettings {
  readonly Version?: string;
  readonly Schema?: string;
  readonly Strict?: boolean;
  readonly Adapters?: readonly string[];
  readonly ExcludedPorts?: readonly number[];
  readonly Statistics?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly Faults?: readonly EmulatorFault[];
  readonly State?: string;
  readonly Log?: string;
}

export interface EmulatorFault {
  /** An exported function, `HNSCall`, or `*`. */
  readonly Function: string;
  /** The first call that it strikes, from 1; absent: every call. */
  readonly Call?: number;
  /** How many calls; default: one if `Call` is given, else all. */
  readonly Times?: number;
  /** Before the call does anything, or after it is done; default: before. */
  readonly When?: "before" | "after";
  /** The HRESULT, in hexadecimal. */
  readonly Result?: string;
  /** The text of the error record. */
  readonly Error?: string;
  readonly DelayMs?: number;
  /** Until `release()`. */
  readonly Hang?: true;
  /** The process ends as if it was killed. */
  readonly Exit?: true;
}

export interface EmulatorCounters {
  /** Strings that the caller has not freed. */
  readonly Strings: number;
  /** Blocks of the emulator's own memory. */
  readonly Blocks: number;
  /** Calls of each function since the start, or since `Faults` were set. */
  readonly Calls: Readonly<Record<string, number>>;
  readonly Handles: Readonly<Record<string, number>>;
  readonly Objects: Readonly<Record<string, number>>;
}

export interface Emulator extends Disposable {
  configure(settings: EmulatorSettings): void;
  counters(): EmulatorCounters;
  /** No object, no fault. */
  reset(): void;
  /** The service stops: ServiceDisconnect, void handles, NAT networks gone. */
  stop(): void;
  start(): void;
  /** Ends calls that hang. */
  release(): void;
  notify(type: number, id?: string): void;
}

/** Windows paths of the DLLs that production code takes as options. */
export function emulatorPaths() {
  const folder = process.env["CNM_TEST_EMULATOR"];
  if (folder === undefined) throw new Error("CNM_TEST_EMULATOR is not set: run this with npm run test:windows");
  return {
    computenetwork: `${folder}\\computenetwork.dll`,
    vmcompute: `${folder}\\vmcompute.dll`,
    compartments: `${folder}\\compartments.dll`,
    /** As Windows Server 2019 has it: without the functions for routes and port reservations. */
    computenetwork1809: `${folder}\\1809\\computenetwork.dll`,
  };
}

/** The emulator of this process, by its own functions. */
export function openEmulator(path = emulatorPaths().computenetwork): Emulator {
  const library = koffi.load(path);
  const free = koffi.load("ole32.dll").func("CoTaskMemFree", "void", ["void *"]);
  const configure = library.func("CnmEmulatorConfigure", "int32", ["str16"]);
  const counters = library.func("CnmEmulatorCounters", "int32", [koffi.out(koffi.pointer("void *"))]);
  const reset = library.func("CnmEmulatorReset", "int32", []);
  const stop = library.func("CnmEmulatorStop", "int32", []);
  const start = library.func("CnmEmulatorStart", "int32", []);
  const release = library.func("CnmEmulatorRelease", "int32", []);
  const notify = library.func("CnmEmulatorNotify", "int32", ["uint32", "str16"]);
  return {
    configure: (settings) => check(configure(JSON.stringify(settings)), "CnmEmulatorConfigure"),
    counters: () => {
      const out: [unknown] = [null];
      check(counters(out), "CnmEmulatorCounters");
      const text: string = koffi.decode(out[0], "char16_t", -1);
      free(out[0]);
      return JSON.parse(text);
    },
    reset: () => {
      check(configure('{"Faults":[]}'), "CnmEmulatorConfigure");
      check(reset(), "CnmEmulatorReset");
    },
    stop: () => check(stop(), "CnmEmulatorStop"),
    start: () => check(start(), "CnmEmulatorStart"),
    release: () => check(release(), "CnmEmulatorRelease"),
    notify: (type, id) => check(notify(type, id ?? null), "CnmEmulatorNotify"),
    [Symbol.dispose]: () => library.unload(),
  };
}

function check(result: number, what: string): void {
  if (result !== 0) throw new Error(`${what}: ${(result >>> 0).toString(16)}`);
}
