/** What a run of tests comes to. */
export interface TestCounts {
  /** Test files that were run. */
  readonly files: number;
  readonly passed: number;
  /** With those that did not run, and what was left behind. */
  readonly failed: number;
}

/** Throws for anything else: a garbled result is none. */
export function parseTestCounts(result: unknown): TestCounts {
  if (typeof result === "object" && result !== null && "files" in result && "passed" in result && "failed" in result) {
    const { files, passed, failed } = result;
    if (isCount(files) && isCount(passed) && isCount(failed)) return { files, passed, failed };
  }
  throw new Error(`the machine tells no number of tests: ${JSON.stringify(result)}`);
}

const isCount = (value: unknown): value is number => typeof value === "number" && Number.isInteger(value);
