import type { Filters } from "../../api/api.ts";
import { type Json, listAt, objectAt, textAt } from "../../api/json.ts";
import { UsageError } from "../../errors.ts";
import { pairOf } from "../../program/input.ts";

type Test = (sandbox: Json, value: string) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  id: (sandbox, value) => textAt(sandbox, "Id").startsWith(value),
  name: (sandbox, value) => textAt(sandbox, "Name").includes(value),
  status: (sandbox, value) => textAt(sandbox, "State") === value,
  label: (sandbox, text) => {
    const labels = objectAt(sandbox, "Labels");
    const [name, value] = pairOf(text);
    return name in labels && (!text.includes("=") || labels[name] === value);
  },
  network: (sandbox, value) =>
    listAt(sandbox, "Endpoints").some(
      (endpoint) => textAt(endpoint, "Network") === value || textAt(endpoint, "NetworkId").startsWith(value),
    ),
};

/** As Docker does: one value of each filter has to hold, of labels all. */
export function filterSandboxes(sandboxes: readonly Json[], filters: Filters): readonly Json[] {
  const tests = Object.entries(filters).map(([name, values]) => {
    const test = TESTS[name];
    if (test === undefined)
      throw new UsageError(`there is no filter ${name}: there are ${Object.keys(TESTS).join(", ")}`);
    return (sandbox: Json) =>
      name === "label" ? values.every((value) => test(sandbox, value)) : values.some((value) => test(sandbox, value));
  });
  return sandboxes.filter((sandbox) => tests.every((test) => test(sandbox)));
}
