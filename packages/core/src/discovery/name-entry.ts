import type { NetworkId } from "../model/ids.ts";
import type { Protocol } from "../model/port.ts";

/** What one endpoint, or one service, is called on one network. */
export interface NameEntry {
  /** Unique among the entries of a network: the endpoint's id, the service's. */
  readonly id: string;
  readonly networkId: NetworkId;
  /** The first is what a reverse lookup answers. "tasks.web" is a name like any other. */
  readonly names: readonly string[];
  /** Canonical texts, without a prefix length. */
  readonly addresses: readonly string[];
  /** What SRV questions find. */
  readonly ports: readonly ServicePort[];
  /** False: reverse lookups do not find it, for its addresses are those of others. Default: true. */
  readonly reverse?: boolean;
}

export interface ServicePort {
  readonly protocol: Protocol;
  readonly port: number;
}

/** Whoever knows names beside the endpoints: services with a virtual IP, names from other hosts. */
export interface NameSource {
  /** All entries that there are, and from then on what becomes of them, until the result is disposed. */
  subscribe(sink: NameSink): Disposable;
}

export interface NameSink {
  /** A new entry, or the same one changed. */
  put(entry: NameEntry): void;
  delete(entry: Pick<NameEntry, "id" | "networkId">): void;
}
