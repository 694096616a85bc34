import type { Controller, SandboxHandle } from "@cnm/core";
import { findByTerm } from "./find-by-term.ts";

/** Docker's clients may put a slash before a container's name. @throws CnmError `not-found`, `invalid` in Docker's words */
export async function findSandbox(cnm: Controller, term: string): Promise<SandboxHandle> {
  return findByTerm(await cnm.sandboxes(), term.replace(/^\//, ""), {
    missing: `No such container: ${term}`,
    ambiguous: () => `Multiple IDs found with provided prefix: ${term}`,
  });
}
