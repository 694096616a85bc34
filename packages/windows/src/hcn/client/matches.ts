import type { HcnQuery } from "../hcn-client.ts";

/** Whether the document is what was asked for. HNS has filtered, as far as its version knows how to. */
export function matches(document: object, { id, name, owner, network }: HcnQuery): boolean {
  const { ID, Name, Owner, HostComputeNetwork }: Fields = document;
  return (
    (id === undefined || ID === id) &&
    (name === undefined || Name === name) &&
    (owner === undefined || Owner === owner) &&
    (network === undefined || HostComputeNetwork === network)
  );
}

interface Fields {
  readonly ID?: unknown;
  readonly Name?: unknown;
  readonly Owner?: unknown;
  readonly HostComputeNetwork?: unknown;
}
