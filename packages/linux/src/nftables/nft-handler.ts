import { existsSync } from "node:fs";
import { CnmError, type Drift, formatOwner, HOST_OWNER, parseOwner } from "@cnm/core";
import { ByteReader } from "../netlink/byte-reader.ts";
import type { MonitorListener } from "../netlink/monitor.ts";
import { NetlinkError } from "../netlink/netlink-error.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import type { HandlerChange, HandlerScope, ResourceHandler } from "../resources/handler.ts";
import type { NftElementResource, NftTableResource } from "../resources/resource.ts";
import { keyed } from "../resources/resource-key.ts";
import { NFT_MSG_NEWGEN } from "./constants.ts";
import { digestOfFound, digestOfSpec } from "./digest.ts";
import { dumpChains, dumpElements, dumpRules, dumpSets } from "./dump.ts";
import { type PreparedSets, prepareSets } from "./element-request.ts";
import { generationMessage } from "./messages.ts";
import type { NftElementSpec, NftTableSpec } from "./spec.ts";
import { NftTransaction } from "./transaction.ts";

type NftResource = NftTableResource | NftElementResource;

export interface NftHandlerParts {
  readonly table: NftTableSpec;
  /** A netfilter socket in the host's namespace. Called once, when first needed. */
  readonly openSocket: () => NetlinkSocket;
  /** A monitor of NFNLGRP_NFTABLES in the host's namespace. */
  readonly openMonitor: (listener: MonitorListener) => Disposable;
}

/** Makes the table and its elements: each change is one transaction. */
export function nftablesHandler(parts: NftHandlerParts): ResourceHandler<NftResource> {
  return new NftHandler(parts);
}

class NftHandler implements ResourceHandler<NftResource> {
  readonly kinds = ["nft-table", "nft-element"] as const;
  readonly #parts: NftHandlerParts;
  readonly #table: NftTableSpec;
  readonly #sets: PreparedSets;
  #opened: NetlinkSocket | undefined;

  constructor(parts: NftHandlerParts) {
    this.#parts = parts;
    this.#table = parts.table;
    this.#sets = prepareSets(parts.table);
  }

  async apply({ remove, add }: HandlerChange<NftResource>): Promise<void> {
    const wantsTable = add.some(isTable);
    if (remove.some(isTable) && !wantsTable) return this.#removeTable();
    const change = { remove: remove.filter(isElement).map(specOf), add: add.filter(isElement).map(specOf) };
    if (wantsTable && (await this.#digest()) !== digestOfSpec(this.#table)) return this.#replaceTable(change);
    await this.#changeElements(change);
  }

  async observe({ owners }: HandlerScope<NftResource>): Promise<readonly NftResource[]> {
    const digest = await this.#digest();
    if (digest === undefined) return [];
    const table = keyed({ kind: "nft-table", owner: HOST_OWNER, shared: true, table: this.#table.name, digest });
    const elements = (await this.#elements()).map((element) => resourceOf(this.#table.name, element));
    const found: readonly NftResource[] = [table, ...elements];
    return owners === undefined ? found : found.filter((resource) => owners.has(formatOwner(resource.owner)));
  }

  difference(wanted: NftResource, found: NftResource): string | undefined {
    if (isTable(wanted) && isTable(found)) {
      return wanted.digest === found.digest ? undefined : "its sets, chains or rules are not as they shall be";
    }
    if (isElement(wanted) && isElement(found) && String(wanted.data) !== String(found.data)) {
      return `it maps to ${found.data?.join(" . ")}, not to ${wanted.data?.join(" . ")}`;
    }
    return undefined;
  }

  watch(onDrift: (drift: Drift) => void): Disposable {
    let touched = false;
    return this.#parts.openMonitor({
      onOverrun: () => onDrift({ kind: "nft-table", detail: "nf_tables notifications were lost" }),
      onMessage: ({ type, payload }) => {
        // A transaction's messages come first, then one that says which process committed it.
        if (type !== NFT_MSG_NEWGEN) {
          touched ||= namesTable(payload, this.#table.name);
          return;
        }
        const generation = generationMessage.read(new ByteReader(payload));
        if (touched && !isOwnThread(generation.NFTA_GEN_PROC_PID ?? 0)) {
          const by = generation.NFTA_GEN_PROC_NAME ?? "somebody";
          onDrift({ kind: "nft-table", detail: `${by} changed table inet ${this.#table.name}` });
        }
        touched = false;
      },
    });
  }

  async close(): Promise<void> {
    await this.#opened?.close();
  }

  get #socket(): NetlinkSocket {
    this.#opened ??= this.#parts.openSocket();
    return this.#opened;
  }

  async #removeTable(): Promise<void> {
    const transaction = new NftTransaction(this.#table, this.#sets);
    transaction.deleteTable();
    await unlessMissing(transaction.commit(this.#socket));
  }

  /** Another skeleton, or none: all anew in one transaction, with the elements that are there and go on. */
  async #replaceTable({ remove, add }: ElementChange): Promise<void> {
    const transaction = new NftTransaction(this.#table, this.#sets);
    const kept = new Map<string, NftElementSpec>();
    if ((await this.#digest()) !== undefined) {
      for (const element of await this.#elements()) kept.set(elementKey(element), element);
      transaction.deleteTable();
    }
    for (const element of remove) kept.delete(elementKey(element));
    for (const element of add) kept.set(elementKey(element), element);
    transaction.addTable();
    transaction.addElements([...kept.values()]);
    await transaction.commit(this.#socket);
  }

  async #changeElements(change: ElementChange): Promise<void> {
    try {
      await this.#commitElements(change);
    } catch (error) {
      // Something is gone or there already: look, and do what is left to do.
      if (!(error instanceof NetlinkError) || (error.code !== "ENOENT" && error.code !== "EEXIST")) throw error;
      if ((await this.#digest()) === undefined) {
        if (change.add.length === 0) return;
        const message = `table inet ${this.#table.name} is gone: somebody deleted it; repair() makes it anew`;
        throw new CnmError("conflict", "firewall-gone", message, { cause: error });
      }
      await this.#commitElements(await this.#leftToDo(change));
    }
  }

  async #commitElements({ remove, add }: ElementChange): Promise<void> {
    const transaction = new NftTransaction(this.#table, this.#sets);
    transaction.deleteElements(remove);
    transaction.addElements(add);
    await transaction.commit(this.#socket);
  }

  async #leftToDo({ remove, add }: ElementChange): Promise<ElementChange> {
    const there = new Map((await this.#elements()).map((element) => [elementKey(element), element]));
    const isThere = (element: NftElementSpec): boolean => there.has(elementKey(element));
    const gone = new Set(remove.map(elementKey));
    // What is to be added but stands there with other data is replaced.
    const replaced = add.filter((element) => isThere(element) && !gone.has(elementKey(element)));
    return { remove: [...remove.filter(isThere), ...replaced], add };
  }

  /** Undefined: there is no such table. */
  async #digest(): Promise<string | undefined> {
    const { name } = this.#table;
    const [chains, sets, rules] = [
      await dumpChains(this.#socket, name),
      await dumpSets(this.#socket, name),
      await dumpRules(this.#socket, name),
    ];
    return chains.length + sets.length === 0 ? undefined : digestOfFound(sets, chains, rules);
  }

  async #elements(): Promise<readonly NftElementSpec[]> {
    const found: NftElementSpec[] = [];
    for (const set of this.#table.sets) found.push(...(await dumpElements(this.#socket, this.#table.name, set)));
    return found;
  }
}

interface ElementChange {
  readonly remove: readonly NftElementSpec[];
  readonly add: readonly NftElementSpec[];
}

const isTable = (resource: NftResource): resource is NftTableResource => resource.kind === "nft-table";
const isElement = (resource: NftResource): resource is NftElementResource => resource.kind === "nft-element";

const elementKey = ({ set, key }: NftElementSpec): string => `${set} ${key.join(" ")}`;

function specOf({ set, fields: key, data, owner }: NftElementResource): NftElementSpec {
  const comment = formatOwner(owner);
  return data === undefined ? { set, key, comment } : { set, key, data, comment };
}

/** Everything in our table is ours, so an element that somebody else added belongs to the host and is unexpected. */
const resourceOf = (table: string, { set, key, data, comment }: NftElementSpec): NftElementResource =>
  keyed({
    kind: "nft-element",
    owner: parseOwner(comment) ?? HOST_OWNER,
    table,
    set,
    fields: key,
    ...(data === undefined ? {} : { data }),
  });

async function unlessMissing(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof NetlinkError) || error.code !== "ENOENT") throw error;
  }
}

/** Every nf_tables message begins with the name of its table: attribute 1, behind a header of four bytes. */
function namesTable(payload: Uint8Array, table: string): boolean {
  const NAME_AT = 8;
  const name = new TextEncoder().encode(`${table}\0`);
  return name.every((byte, at) => payload[NAME_AT + at] === byte);
}

/** The kernel names the thread that committed, which may be one of the pool's. */
const isOwnThread = (id: number): boolean => id === process.pid || existsSync(`/proc/self/task/${id}`);
