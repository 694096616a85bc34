import { CnmError } from "@cnm/core";
import type { Drawn, Hands } from "./hands.ts";
import type { JournalLine, Subject } from "./journal.ts";
import type { Operation } from "./operation.ts";

export interface OperationParts {
  readonly hands: Hands;
  /** Paths of namespaces that others made. */
  readonly foreign: readonly string[];
  readonly op: string;
  readonly tell: (line: JournalLine) => void;
  /** Nobody knows how the operation ended: who did it was killed meanwhile. */
  readonly isCutOff?: (error: unknown) => boolean;
}

/** Does it, and tells before and after. Refusals are part of the game; other errors are thrown. */
export async function performOperation(
  what: Operation,
  { hands, foreign, op, tell, isCutOff = () => false }: OperationParts,
): Promise<void> {
  const prepared = await prepare().catch(unlessRefused);
  if (prepared === undefined) return tell({ event: "idle", op });
  const { subject, act } = prepared;
  tell({ event: "begin", op, what, subject });
  try {
    await act();
    tell({ event: "done", op });
  } catch (error) {
    if (isCutOff(error)) throw error;
    tell({ event: isRefusal(error) ? "refused" : "broken", op, reason: reasonOf(error) });
    if (!isRefusal(error)) throw error;
  }

  /** Finds what it is about. Undefined: there is nothing to do it to. */
  async function prepare(): Promise<Prepared | undefined> {
    switch (what.kind) {
      case "create-network":
        return { subject: { id: op }, act: () => hands.createNetwork(what, op) };
      case "create-sandbox": {
        const netns = what.foreign === undefined ? undefined : foreign[what.foreign];
        return { subject: { id: op }, act: () => hands.createSandbox(what.name, netns, op) };
      }
      case "join":
        return what.task === undefined ? prepareJoin(what) : prepareTask(what, what.task);
      case "leave": {
        const endpoints = await (await hands.sandbox(what.sandbox)).endpoints();
        const endpoint = endpoints[Math.floor(what.which * endpoints.length)];
        return endpoint && { subject: { id: endpoint.label }, act: () => endpoint.leave() };
      }
      case "remove-sandbox":
        return removal(await hands.sandbox(what.name));
      case "remove-network":
        return removal(await hands.network(what.name));
      case "create-service": {
        const subject = { id: op, values: { spec: JSON.stringify(what.spec) } };
        return { subject, act: () => hands.createService(what, op) };
      }
      case "update-service": {
        const service = await hands.service(what.name);
        const spec = what.specs[service.endpointMode];
        const subject = { id: service.label, values: { spec: JSON.stringify(spec) } };
        return { subject, act: () => service.update(spec) };
      }
      case "remove-service":
        return removal(await hands.service(what.name));
      case "set-health": {
        const task = await taskOf(what);
        return (
          task && {
            subject: { id: task.label, values: { health: what.health } },
            act: () => task.setHealth(what.health),
          }
        );
      }
      case "set-weight": {
        const task = await taskOf(what);
        return (
          task && {
            subject: { id: task.label, values: { weight: String(what.weight) } },
            act: () => task.setWeight(what.weight),
          }
        );
      }
      case "look":
        return { subject: { id: op }, act: () => lookAround(hands) };
    }
  }

  async function prepareJoin({ sandbox: inside, network: on, ports }: Drawn<"join">): Promise<Prepared> {
    const [sandbox, network] = [await hands.sandbox(inside), await hands.network(on)];
    const subject = { id: op, sandbox: sandbox.label, network: network.label };
    return { subject, act: () => sandbox.join(network, { ports }, op) };
  }

  async function prepareTask(
    { sandbox: inside, ports }: Drawn<"join">,
    { service: serviceName, weight }: Work,
  ): Promise<Prepared | undefined> {
    const [sandbox, service] = [await hands.sandbox(inside), await hands.service(serviceName)];
    const here = service.networks[weight % service.networks.length];
    if (here === undefined) return undefined;
    const network = await hands.network(here);
    const values = { health: "none", weight: String(weight) };
    const subject = { id: op, sandbox: sandbox.label, network: network.label, service: service.label, values };
    return { subject, act: () => sandbox.join(network, { ports, service: service.id, weight }, op) };
  }

  async function taskOf(chosen: { readonly service: string; readonly which: number }) {
    const tasks = await (await hands.service(chosen.service)).tasks();
    return tasks[Math.floor(chosen.which * tasks.length)];
  }
}

const removal = (thing: { readonly label: string; remove(): Promise<unknown> }): Prepared => ({
  subject: { id: thing.label },
  act: () => thing.remove(),
});

/** What others are still taking away may be there. */
async function lookAround(hands: Hands): Promise<void> {
  const wrong = (await hands.doctor()).filter(({ type }) => type !== "unexpected");
  if (wrong.length > 0) throw new Error(`between operations, ${wrong.map(({ message }) => message).join("; ")}`);
}

interface Prepared {
  readonly subject: Subject;
  readonly act: () => Promise<unknown>;
}

type Work = NonNullable<Drawn<"join">["task"]>;

/** `invalid`: a port that the drawn network cannot publish. */
const REFUSALS: readonly string[] = ["not-found", "conflict", "forbidden", "invalid"];

const isRefusal = (error: unknown): boolean => error instanceof CnmError && REFUSALS.includes(error.kind);

/** Somebody has answered with it. */
export const isAnswer = (error: unknown): boolean => error instanceof CnmError && error.code !== "daemon-unreachable";

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function unlessRefused(error: unknown): undefined {
  if (!isRefusal(error)) throw error;
}
