import { CnmError } from "../errors/cnm-error.ts";
import type { HealthCheck } from "../model/health-check.ts";
import type { Context } from "./context.ts";

/** @throws CnmError `unsupported` "no-health-test" when nobody here can make such tests */
export function checkHealthTest(
  { platform, runInSandbox }: Pick<Context, "platform" | "runInSandbox">,
  service: string,
  check: HealthCheck | undefined,
): void {
  if (check === undefined) return;
  const { type } = check.test;
  if (type === "exec" ? runInSandbox !== undefined : platform.connect !== undefined) return;
  const reason =
    type === "exec"
      ? "nobody here runs programs in sandboxes: give the controller `runInSandbox`, or use the daemon on Linux"
      : `connections from inside sandboxes are not made on ${platform.name}`;
  throw new CnmError("unsupported", "no-health-test", `service ${service}: no health test ${type}: ${reason}`);
}
