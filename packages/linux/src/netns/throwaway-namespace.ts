import { closeSync, openSync } from "node:fs";
import { CnmError } from "@cnm/core";
import type { Libc } from "../ffi/libc.ts";
import { OWN_NAMESPACE } from "./home.ts";
import { goBack } from "./namespace.ts";

const CLONE_NEWNET = 0x40000000;

/**
 * Runs the body inside a new network namespace that has no name. It lives as long as what was opened in it, and all that is
 * made there goes with it. Nothing asynchronous happens inside.
 */
export function insideThrowaway<T>(
  libc: Libc,
  body: () => T extends PromiseLike<unknown> ? never : T,
): T extends PromiseLike<unknown> ? never : T {
  const home = openSync(OWN_NAMESPACE, "r");
  try {
    const made = libc.unshare(CLONE_NEWNET);
    if (made < 0) throw new CnmError("internal", "namespace", `cannot make a network namespace: error ${-made}`);
    try {
      return body();
    } finally {
      goBack(libc, home);
    }
  } finally {
    closeSync(home);
  }
}
