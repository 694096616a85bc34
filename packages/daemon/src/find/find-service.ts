import type { Controller, ServiceHandle } from "@cnm/core";
import { findByTerm } from "./find-by-term.ts";

/** @throws CnmError `not-found`, `invalid` in Docker's words */
export async function findService(cnm: Controller, term: string): Promise<ServiceHandle> {
  return findByTerm(await cnm.services(), term, {
    missing: `service ${term} not found`,
    ambiguous: (matches) => `service ${term} is ambiguous (${matches} matches found)`,
  });
}
