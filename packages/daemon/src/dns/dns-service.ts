import {
  CnmError,
  type Controller,
  createDiscovery,
  createForwarder,
  createResponder,
  type Discovery,
  type Forwarder,
  type Logger,
  type NameServer,
  type NameServerUpstream,
  type Platform,
  type Reply,
  type ResolvConf,
  type Responder,
  type SandboxId,
  type Via,
} from "@cnm/core";
import { DnsStatistics } from "./dns-statistics.ts";
import { upstreamTransport } from "./upstream-transport.ts";

/** Where a sandbox's programs find their resolver. */
export const RESOLVER = "127.0.0.11";

export interface DnsServiceParts {
  readonly cnm: Controller;
  readonly platform: Pick<Platform, "openNameServer"> & { readonly upstream: NameServerUpstream };
  /** What the host's resolver is told now. */
  readonly host: () => ResolvConf;
  readonly logger: Logger;
}

/** Names for sandboxes: a resolver in each of those that are on a network with names. */
export interface DnsService {
  readonly statistics: DnsStatistics;
  /** Whether the sandbox has a resolver, or is about to have one. */
  serves(sandbox: SandboxId): boolean;
  /** Resolves when the sandbox's resolver answers, where it is to have one. @throws why it cannot */
  ready(sandbox: SandboxId): Promise<void>;
  /** The host is on another network now: what is kept of outside names may be wrong there. */
  forgetOutside(): void;
  close(): Promise<void>;
}

/** Opens a resolver in every sandbox that needs one, now and later. */
export async function openDnsService(parts: DnsServiceParts): Promise<DnsService> {
  const { cnm, platform } = parts;
  const discovery = await createDiscovery(cnm);
  const namespaceOf = async (id: SandboxId) => (await (await cnm.sandbox(id)).info()).namespace.path;
  const forwarder = createForwarder(upstreamTransport(platform.upstream, namespaceOf));
  const service = new Service(parts, discovery, forwarder, namespaceOf);
  await service.begin();
  return service;
}

/** A resolver, and what is being done about it. */
interface Place {
  server: NameServer | undefined;
  /** Steps for one sandbox follow each other. It never rejects. */
  last: Promise<void>;
  failure: unknown;
}

class Service implements DnsService {
  readonly statistics = new DnsStatistics();
  readonly #parts: DnsServiceParts;
  readonly #discovery: Discovery;
  readonly #forwarder: Forwarder;
  readonly #responder: Responder;
  readonly #namespaceOf: (id: SandboxId) => Promise<string>;
  readonly #places = new Map<SandboxId, Place>();
  readonly #listening: Disposable[] = [];
  #closed = false;

  constructor(
    parts: DnsServiceParts,
    discovery: Discovery,
    forwarder: Forwarder,
    namespaceOf: (id: SandboxId) => Promise<string>,
  ) {
    this.#parts = parts;
    this.#discovery = discovery;
    this.#forwarder = forwarder;
    this.#responder = createResponder(discovery);
    this.#namespaceOf = namespaceOf;
  }

  /** Those that are there, and those to come: discovery hears of each event first, for it listened first. */
  async begin(): Promise<void> {
    const { cnm } = this.#parts;
    this.#listening.push(
      cnm.on("endpoint.join", ({ endpoint }) => this.#settle(endpoint.sandboxId)),
      cnm.on("endpoint.leave", ({ endpoint }) => this.#settle(endpoint.sandboxId)),
      cnm.on("sandbox.remove", ({ sandbox }) => this.#settle(sandbox.id)),
      cnm.on("sandbox.lost", ({ sandbox }) => this.#settle(sandbox.id)),
    );
    const present = await cnm.sandboxes();
    for (const { id } of present) this.#settle(id);
    await Promise.all(present.map(({ id }) => this.#places.get(id)?.last));
  }

  serves(sandbox: SandboxId): boolean {
    return this.#discovery.serves(sandbox);
  }

  async ready(sandbox: SandboxId): Promise<void> {
    const place = this.#places.get(sandbox);
    if (place === undefined) return;
    await place.last;
    if (place.failure !== undefined) throw place.failure;
  }

  forgetOutside(): void {
    this.#forwarder.clear();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const one of this.#listening.splice(0)) one[Symbol.dispose]();
    this.#forwarder.close();
    const places = [...this.#places];
    for (const [id] of places) this.#settle(id);
    await Promise.all(places.map(([, { last }]) => last));
    // What was last said of those places may have come after.
    await Promise.all([...this.#places.values()].map(({ last }) => last));
    this.#discovery.close();
  }

  /** Opens or closes the sandbox's resolver, whatever it needs when its turn has come. */
  #settle(id: SandboxId): void {
    const place = this.#places.get(id) ?? { server: undefined, last: Promise.resolve(), failure: undefined };
    this.#places.set(id, place);
    place.last = place.last.then(() => this.#settleNow(id, place));
  }

  async #settleNow(id: SandboxId, place: Place): Promise<void> {
    const wanted = !this.#closed && this.#discovery.serves(id);
    try {
      if (wanted && place.server === undefined) place.server = await this.#open(id);
      if (!wanted && place.server !== undefined) {
        const { server } = place;
        place.server = undefined;
        this.#responder.forget(id);
        await server.close();
      }
      place.failure = undefined;
    } catch (error) {
      place.failure = error;
      this.#parts.logger.error({ err: error, sandbox: id }, "a sandbox's resolver is not as it should be");
    }
    if (!wanted && this.#places.get(id) === place && place.failure === undefined) this.#places.delete(id);
  }

  async #open(id: SandboxId): Promise<NameServer | undefined> {
    const { platform, logger } = this.#parts;
    const namespacePath = await this.#namespaceOf(id).catch(unlessGone);
    if (namespacePath === undefined) return undefined;
    return await platform.openNameServer({
      namespacePath,
      address: RESOLVER,
      answer: (query, via) => this.#answer(id, query, via),
      onFailure: (error) => {
        this.statistics.count("failed");
        logger.warn({ err: error, sandbox: id }, "a sandbox's resolver has failed at a query");
      },
    });
  }

  #answer(id: SandboxId, bytes: Uint8Array, via: Via): Uint8Array | undefined | Promise<Uint8Array> {
    const reply = this.#responder.respond(id, bytes, via);
    switch (reply.type) {
      case "answer":
        this.statistics.count("answered");
        return reply.bytes;
      case "ignore":
        this.statistics.count("ignored");
        return undefined;
      case "forward":
        return this.#forward(id, reply, via);
    }
  }

  async #forward(
    client: SandboxId,
    { query, to }: Extract<Reply, { readonly type: "forward" }>,
    transport: Via,
  ): Promise<Uint8Array> {
    const began = performance.now();
    const servers = "servers" in to ? to.servers : this.#parts.host().servers;
    // The bytes are those of a buffer that the next query is read into.
    const kept = { ...query, bytes: query.bytes.slice() };
    const answer = await this.#forwarder.forward({ client, query: kept, from: to.from, servers, transport });
    this.statistics.forwarded((performance.now() - began) / 1000);
    return answer;
  }
}

function unlessGone(error: unknown): undefined {
  if (!(error instanceof CnmError) || error.kind !== "not-found") throw error;
  return undefined;
}
