import type { HealthReport, Task } from "@cnm/core";
import type { Member } from "./model.ts";

/** What tests of a task have shown, as Docker tells it of a container. */
export const healthJson = ({ health }: Pick<Task, "health">, { failures, tests }: HealthReport) => ({
  Status: health,
  FailingStreak: failures,
  Log: tests.map(({ start, end, passed, output }) => ({
    Start: start,
    End: end,
    ExitCode: passed ? 0 : 1,
    Output: output,
  })),
});

const WORST: readonly Task["health"][] = ["unhealthy", "starting", "healthy"];

/** Of a sandbox with several tasks, the health of the one that is worst off. Undefined: nobody looks. */
export function sandboxHealth(members: readonly Member[]) {
  const tested = members.flatMap(({ endpoint: { task }, report }) =>
    task === undefined || report === undefined ? [] : [{ task, report }],
  );
  const rank = ({ task }: { readonly task: Task }): number => WORST.indexOf(task.health);
  const [worst] = tested.toSorted((one, other) => rank(one) - rank(other));
  return worst === undefined ? undefined : healthJson(worst.task, worst.report);
}
