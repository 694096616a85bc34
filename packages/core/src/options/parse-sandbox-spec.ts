import * as v from "valibot";
import { invalidOptions } from "../errors/cnm-error.ts";
import { readFields } from "./read-fields.ts";
import type { SandboxSpec } from "./sandbox-spec.ts";
import { name, text, textMap } from "./schemas.ts";

const FIELDS = {
  name,
  netns: v.pipe(text, v.minLength(1, "has to be a path")),
  hostname: v.pipe(text, v.minLength(1, "has to be a host name")),
  labels: textMap,
  sysctls: textMap,
};

/** @throws CnmError `invalid` "invalid-options" that names every fault. */
export function parseSandboxSpec(input: unknown): SandboxSpec {
  const { values, faults } = readFields(input, FIELDS);
  const { name: given } = values;
  const absent = given === undefined && !faults.some((fault) => fault.startsWith("name ")) ? ["name is missing"] : [];
  if (given === undefined || faults.length > 0) throw invalidOptions("sandbox", [...faults, ...absent]);
  return { ...values, name: given };
}
