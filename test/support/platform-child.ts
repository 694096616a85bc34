import { CnmError } from "@cnm/core";
import { linuxPlatform } from "../../packages/linux/src/platform/linux-platform.ts";

/** Opens a platform in its namespace, says how that went, and lives until it is told to close or killed. */
const [runDir = ""] = process.argv.slice(2);

try {
  const platform = await linuxPlatform({ runDir });
  console.log("open");
  process.stdin.once("data", async () => {
    await platform.close();
    console.log("closed");
  });
} catch (error) {
  console.log(error instanceof CnmError ? `${error.kind} ${error.code} ${error.message}` : String(error));
}
process.stdin.resume();
