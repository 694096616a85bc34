import type { Controller, NetworkHandle } from "@cnm/core";
import { findByTerm } from "./find-by-term.ts";

/** @throws CnmError `not-found`, `invalid` in Docker's words */
export async function findNetwork(cnm: Controller, term: string): Promise<NetworkHandle> {
  return findByTerm(await cnm.networks(), term, {
    missing: `network ${term} not found`,
    ambiguous: (matches) => `network ${term} is ambiguous (${matches} matches found on ID prefix)`,
  });
}
