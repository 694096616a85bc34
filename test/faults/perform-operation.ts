import { CnmError, type Controller, type EndpointHandle } from "@cnm/core";
import type { DrawnService } from "./draw-service.ts";
import { type JournalLine, LABEL, type Subject } from "./journal.ts";
import type { Operation } from "./operation.ts";

export interface OperationParts {
  readonly controller: Controller;
  /** Paths of namespaces that others made. */
  readonly foreign: readonly string[];
  readonly op: string;
  readonly tell: (line: JournalLine) => void;
}

/** Does it, and tells before and after. Refusals are part of the game; other errors are thrown. */
export async function performOperation(
  what: Operation,
  { controller, foreign, op, tell }: OperationParts,
): Promise<void> {
  const prepared = await prepare().catch(unlessRefused);
  if (prepared === undefined) return tell({ event: "idle", op });
  const { subject, act } = prepared;
  tell({ event: "begin", op, what, subject });
  try {
    await act();
    tell({ event: "done", op });
  } catch (error) {
    tell({ event: isRefusal(error) ? "refused" : "broken", op, reason: reasonOf(error) });
    if (!isRefusal(error)) throw error;
  }

  /** Finds what it is about. Undefined: there is nothing to do it to. */
  async function prepare(): Promise<Prepared | undefined> {
    const labels = { [LABEL]: op };
    switch (what.kind) {
      case "create-network": {
        const { name, ipv4, ipv6, internal, icc } = what;
        const options = icc ? {} : { "com.docker.network.bridge.enable_icc": "false" };
        const act = () => controller.createNetwork({ name, ipv4, ipv6, internal, options, labels });
        return { subject: { id: op }, act };
      }
      case "create-sandbox": {
        const { name, foreign: which } = what;
        const path = which === undefined ? undefined : foreign[which];
        const act = () => controller.createSandbox({ name, labels, ...(path === undefined ? {} : { netns: path }) });
        return { subject: { id: op }, act };
      }
      case "join":
        return what.task === undefined ? prepareJoin(what) : prepareTask(what, what.task);
      case "leave": {
        const endpoints = await (await controller.sandbox(what.sandbox)).endpoints();
        const endpoint: EndpointHandle | undefined = endpoints[Math.floor(what.which * endpoints.length)];
        if (endpoint === undefined) return undefined;
        return { subject: { id: await labelOf(endpoint) }, act: () => endpoint.leave() };
      }
      case "remove-sandbox": {
        const sandbox = await controller.sandbox(what.name);
        return { subject: { id: await labelOf(sandbox) }, act: () => sandbox.remove() };
      }
      case "remove-network": {
        const network = await controller.network(what.name);
        return { subject: { id: await labelOf(network) }, act: () => network.remove() };
      }
      case "create-service": {
        const { name, networks, endpointMode, spec } = what;
        const act = () =>
          controller.createService({ name, networks, endpointMode, drainTimeout: DRAIN, labels, ...specOf(spec) });
        return { subject: { id: op, values: { spec: JSON.stringify(spec) } }, act };
      }
      case "update-service": {
        const service = await controller.service(what.name);
        const spec = what.specs[(await service.info()).endpointMode];
        const subject = { id: await labelOf(service), values: { spec: JSON.stringify(spec) } };
        return { subject, act: () => service.update({ affinity: undefined, ...specOf(spec) }) };
      }
      case "remove-service": {
        const service = await controller.service(what.name);
        return { subject: { id: await labelOf(service) }, act: () => service.remove() };
      }
      case "set-health": {
        const task = await taskOf(what);
        if (task === undefined) return undefined;
        const subject = { id: await labelOf(task), values: { health: what.health } };
        return { subject, act: () => task.setHealth(what.health) };
      }
      case "set-weight": {
        const task = await taskOf(what);
        if (task === undefined) return undefined;
        const subject = { id: await labelOf(task), values: { weight: String(what.weight) } };
        return { subject, act: () => task.setWeight(what.weight) };
      }
      case "look":
        return { subject: { id: op }, act: () => lookAround(controller) };
    }
  }

  async function prepareJoin(join: Operation & { readonly kind: "join" }): Promise<Prepared> {
    const [sandbox, network] = [await controller.sandbox(join.sandbox), await controller.network(join.network)];
    const subject = { id: op, sandbox: await labelOf(sandbox), network: await labelOf(network) };
    return { subject, act: () => sandbox.join(network, { ports: join.ports, labels: { [LABEL]: op } }) };
  }

  async function prepareTask(
    { sandbox: name, ports }: Operation & { readonly kind: "join" },
    { service: serviceName, weight }: Work,
  ): Promise<Prepared | undefined> {
    const [sandbox, service] = [await controller.sandbox(name), await controller.service(serviceName)];
    const { networks } = await service.info();
    const here = networks[weight % networks.length];
    if (here === undefined) return undefined;
    const network = await controller.network(here.networkId);
    const [on, of] = [await labelOf(network), await labelOf(service)];
    const values = { health: "none", weight: String(weight) };
    const subject = { id: op, sandbox: await labelOf(sandbox), network: on, service: of, values };
    const spec = { ports, service: service.id, weight, labels: { [LABEL]: op } };
    return { subject, act: () => sandbox.join(network, spec) };
  }

  async function taskOf(chosen: { readonly service: string; readonly which: number }) {
    const tasks = await (await controller.service(chosen.service)).tasks();
    return tasks[Math.floor(chosen.which * tasks.length)];
  }
}

/** What others are still taking away may be there. */
async function lookAround(controller: Controller): Promise<void> {
  const wrong = (await controller.doctor()).filter(({ type }) => type !== "unexpected");
  if (wrong.length > 0) throw new Error(`between operations, ${wrong.map(({ message }) => message).join("; ")}`);
}

interface Prepared {
  readonly subject: Subject;
  readonly act: () => Promise<unknown>;
}

type Work = NonNullable<(Operation & { readonly kind: "join" })["task"]>;

/** Seconds; nobody talks while operations go on. */
const DRAIN = 2;

const specOf = ({ ports, scheduler, affinity }: DrawnService) => ({
  ports,
  scheduler,
  ...(affinity === null ? {} : { affinity }),
});

interface Labelled {
  info(): Promise<{ readonly labels: Readonly<Record<string, string>> }>;
}

const labelOf = async (handle: Labelled): Promise<string> => (await handle.info()).labels[LABEL] ?? "no label";

/** `invalid`: a port that the drawn network cannot publish. */
const REFUSALS: readonly string[] = ["not-found", "conflict", "forbidden", "invalid"];

const isRefusal = (error: unknown): boolean => error instanceof CnmError && REFUSALS.includes(error.kind);

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function unlessRefused(error: unknown): undefined {
  if (!isRefusal(error)) throw error;
}
