import type { OpenNamespaces } from "../open-namespaces.ts";
import { type Attached, addressOf, bare, type Records } from "../records.ts";
import { translatedFlows } from "./flows.ts";

/** Balanced flows that sandboxes remember: each to a task that is there today, though it may have no weight any more. */
export async function sandboxFlows(records: Records, namespaces: OpenNamespaces): Promise<readonly string[]> {
  const paths = [...new Set(records.endpoints.map(({ sandbox }) => sandbox.namespace.path))];
  const allowed = new Set(records.endpoints.flatMap((attached) => flowsTo(records, attached)));
  const findings = await Promise.all(
    paths.map(async (path) => {
      const found = await translatedFlows(namespaces.open(path));
      return found
        .filter((flow) => !allowed.has(flow.text))
        .map(({ text }) => `flows of ${path}: ${text} is remembered, and leads to no task`);
    }),
  );
  return findings.flat();
}

function flowsTo({ services }: Records, { endpoint, network }: Attached): readonly string[] {
  const service = services.find(({ id }) => id === endpoint.task?.serviceId);
  const vips = service?.networks.find(({ networkId }) => networkId === network.id)?.vips ?? [];
  return (service?.ports ?? []).flatMap(({ protocol, published, target }) =>
    vips.map(
      ({ address, family }) => `${protocol} ${bare(address)} ${published} to ${addressOf(endpoint, family)} ${target}`,
    ),
  );
}
