import { runTests } from "../../../tools/lib/run-tests.mjs";

/**
 * Tests, a word after each.
 * @param {readonly string[]} args vitest's
 */
export default async function tests(args) {
  const { files, passed, failed } = await runTests(args, "verbose");
  return { files, passed, failed };
}
