/** The part of a test runner that the conformance suites use: vitest, node:test and mocha all have it. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void> | void): unknown;
}
