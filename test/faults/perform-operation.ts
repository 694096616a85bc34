import { CnmError, type Controller, type EndpointHandle } from "@cnm/core";
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
      case "join": {
        const [sandbox, network] = [await controller.sandbox(what.sandbox), await controller.network(what.network)];
        const subject = { id: op, sandbox: await labelOf(sandbox), network: await labelOf(network) };
        return { subject, act: () => sandbox.join(network, { ports: what.ports, labels }) };
      }
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
    }
  }
}

interface Prepared {
  readonly subject: Subject;
  readonly act: () => Promise<unknown>;
}

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
