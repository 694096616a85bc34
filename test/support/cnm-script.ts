import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The script of the `cnm` command, as it was built. */
export const cnmScript = (): string =>
  join(dirname(fileURLToPath(import.meta.resolve("@cnm/cli/package.json"))), "dist/cnm.cjs");
