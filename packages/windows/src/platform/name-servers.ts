import { CnmError, formatAddress, type NameServer, type NameServerSpec, readAddress } from "@cnm/core";
import type { Compartments } from "../compartments/compartments.ts";
import type { Guid } from "../hcn/guid.ts";
import { guid } from "../hcn/guid.ts";
import type { HcnClient } from "../hcn/hcn-client.ts";
import type { HostComputeNetwork } from "../hcn/network.ts";
import { HOST_COMPARTMENT } from "./compartment-finder.ts";

export interface NameServersParts {
  readonly client: Pick<HcnClient, "namespaces" | "networks" | "endpoints">;
  readonly compartments: Pick<Compartments, "openNameServer">;
}

/** A sandbox that wants its names answered. */
interface Asker {
  readonly spec: NameServerSpec;
  readonly namespace: Guid;
}

/** The host has the gateway's address on these, so that whoever asks the gateway asks the host. */
const ON_THE_HOST: ReadonlySet<HostComputeNetwork["Type"]> = new Set(["NAT", "ICS", "Internal"]);

/**
 * Resolvers of sandboxes. Programs on Windows ask the gateway of their network, as Docker's do, and who asks is known by its
 * address; so that one server on each gateway answers for all sandboxes there. Where a sandbox's compartment is there, a
 * second one is in it, at the address that was asked for.
 */
export class NameServers {
  readonly #parts: NameServersParts;
  readonly #askers = new Set<Asker>();
  readonly #gateways = new Map<string, NameServer>();
  /** Sandboxes' addresses, as they were at the last look. */
  #namespaces: ReadonlyMap<string, Guid> = new Map();
  #last: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(parts: NameServersParts) {
    this.#parts = parts;
  }

  async open(spec: NameServerSpec): Promise<NameServer> {
    const namespace = guid(spec.namespacePath);
    await this.#parts.client.namespaces.get(namespace);
    const inside = await this.#parts.compartments.openNameServer(spec).catch((error: unknown) => {
      // Its compartment comes with its first container: until then, the gateway answers.
      if (error instanceof CnmError && error.kind === "unavailable") return undefined;
      throw error;
    });
    const asker: Asker = { spec, namespace };
    this.#askers.add(asker);
    await this.settle();
    return {
      close: async () => {
        this.#askers.delete(asker);
        await Promise.all([inside?.close(), this.settle()]);
      },
    };
  }

  /** Opens and closes servers on gateways, as endpoints come and go. It never rejects: who asked for names is told. */
  settle(): Promise<void> {
    if (this.#askers.size === 0 && this.#gateways.size === 0) return Promise.resolve();
    this.#last = this.#last.then(() => this.#settleNow()).catch((error: unknown) => this.#tell(error));
    return this.#last;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#askers.clear();
    await this.settle();
  }

  async #settleNow(): Promise<void> {
    const wanted = this.#closed || this.#askers.size === 0 ? new Set<string>() : await this.#look();
    for (const [address, server] of this.#gateways) {
      if (wanted.has(address)) continue;
      this.#gateways.delete(address);
      await server.close();
    }
    for (const address of wanted) {
      if (this.#gateways.has(address)) continue;
      await this.#openOn(address).catch((error: unknown) => this.#tell(error));
    }
  }

  async #openOn(address: string): Promise<void> {
    const server = await this.#parts.compartments.openNameServer({
      namespacePath: HOST_COMPARTMENT,
      address,
      answer: (query, via, peer) => this.#askerAt(peer.address)?.spec.answer(query, via, peer),
      onFailure: (error) => this.#tell(error),
    });
    this.#gateways.set(address, server);
  }

  /** The gateways that endpoints of askers have, and whose each address is. */
  async #look(): Promise<ReadonlySet<string>> {
    const { networks, endpoints } = this.#parts.client;
    const asking = new Set([...this.#askers].map(({ namespace }) => namespace));
    const theirs = (await endpoints.list()).filter(
      ({ HostComputeNamespace }) => HostComputeNamespace !== undefined && asking.has(HostComputeNamespace),
    );
    const namespaces = new Map<string, Guid>();
    for (const { HostComputeNamespace, IpConfigurations = [] } of theirs) {
      for (const { IpAddress = "" } of IpConfigurations) {
        if (HostComputeNamespace !== undefined) namespaces.set(canonical(IpAddress), HostComputeNamespace);
      }
    }
    this.#namespaces = namespaces;
    const used = new Set(theirs.map(({ HostComputeNetwork }) => HostComputeNetwork));
    if (used.size === 0) return new Set();
    return new Set((await networks.list()).filter(({ ID }) => used.has(ID)).flatMap(gatewaysOf));
  }

  #askerAt(address: string): Asker | undefined {
    const namespace = this.#namespaces.get(canonical(address));
    return [...this.#askers].find((asker) => asker.namespace === namespace);
  }

  #tell(error: unknown): void {
    for (const { spec } of this.#askers) spec.onFailure?.(error);
  }
}

const gatewaysOf = ({ Type, Ipams = [] }: HostComputeNetwork): readonly string[] =>
  ON_THE_HOST.has(Type)
    ? Ipams.flatMap(({ Subnets }) => Subnets)
        .flatMap(({ Routes = [] }) => Routes)
        .flatMap(({ DestinationPrefix, NextHop = "" }) =>
          DestinationPrefix?.endsWith("/0") === true && NextHop !== "" ? [canonical(NextHop)] : [],
        )
    : [];

function canonical(text: string): string {
  const address = readAddress(text.replace(/^::ffff:/, "").replace(/%.*$/, ""));
  return typeof address === "string" ? text : formatAddress(address);
}
