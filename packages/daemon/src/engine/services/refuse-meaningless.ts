import { CnmError } from "@cnm/core";
import type { ServiceBody } from "./service-body.ts";

/** What Docker's clients say of every container, or what is said elsewhere. */
const COMMON: ReadonlySet<string> = new Set([
  "Image",
  "Command",
  "Args",
  "Init",
  "Isolation",
  "StopGracePeriod",
  "Healthcheck",
]);

/**
 * A service of Docker's makes its tasks; those of cnm come by themselves. Refuses what could only be promised, so that nobody
 * waits for it. Image and command pass: Docker's clients cannot do without them.
 *
 * @param tasks How many there are: asking for so many is no wish.
 * @throws CnmError `unsupported` "no-meaning" that names every such option
 */
export function refuseMeaningless(body: ServiceBody, tasks: number): void {
  const { Name, TaskTemplate, Mode, UpdateConfig, RollbackConfig } = body;
  const { ContainerSpec, Networks: _, ...rest } = TaskTemplate ?? {};
  const named = [
    ...wishes("TaskTemplate.ContainerSpec", ContainerSpec ?? {}).filter(({ name }) => !COMMON.has(name)),
    ...wishes("TaskTemplate", rest),
    ...wishes("", { UpdateConfig, RollbackConfig }),
  ].map(({ path }) => path);
  named.push(...modeWishes(Mode ?? {}, tasks));
  if (named.length === 0) return;
  const message = `service ${Name}: cnm starts no tasks, sandboxes join as such: there is no meaning in ${named.join(", ")}`;
  throw new CnmError("unsupported", "no-meaning", message);
}

const wishes = (path: string, object: Readonly<Record<string, unknown>>) =>
  Object.entries(object).flatMap(([name, value]) =>
    saysNothing(value) ? [] : [{ name, path: path === "" ? name : `${path}.${name}` }],
  );

/** `{ Global: {} }` says much. */
function modeWishes({ Replicated, ...others }: Readonly<Record<string, unknown>>, tasks: number): readonly string[] {
  const named = Object.keys(others)
    .filter((name) => isRecord(others[name]))
    .map((name) => `Mode.${name}`);
  const replicas = isRecord(Replicated) ? Replicated["Replicas"] : undefined;
  return typeof replicas === "number" && replicas !== tasks ? [...named, "Mode.Replicated.Replicas"] : named;
}

/** Go's clients send the empty value of what nobody asked for. */
function saysNothing(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.values(value).every(saysNothing);
  return value === undefined || value === null || value === "" || value === 0 || value === false;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
