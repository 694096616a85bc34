import { CnmError, formatOwner } from "@cnm/core";
import { NetlinkError } from "../netlink/netlink-error.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { dumpChains, dumpElements } from "../nftables/dump.ts";
import { type PreparedSets, prepareSets } from "../nftables/element-request.ts";
import type { NftTableSpec } from "../nftables/spec.ts";
import { NftTransaction } from "../nftables/transaction.ts";
import type { HandlerChange, HandlerScope, ResourceHandler } from "../resources/handler.ts";
import type { NftServiceResource } from "../resources/resource.ts";
import { servicesTable } from "./balance-table.ts";
import { byPlace, type Place, type PlaceSockets } from "./place.ts";
import { type FoundService, readServices } from "./read-services.ts";
import { chainName, entryElement } from "./service-chain.ts";
import { addService, alterService, removeService } from "./service-changes.ts";

/** Makes virtual ports in sandboxes and on the host: all of one namespace in one transaction. */
export function nftServiceHandler(sockets: PlaceSockets): ResourceHandler<NftServiceResource> {
  const tables = { sandbox: prepared(servicesTable("sandbox")), host: prepared(servicesTable("host")) };
  const tableOf = (place: Place): PreparedTable => (place === undefined ? tables.host : tables.sandbox);

  return {
    kinds: ["nft-service"],

    async apply(change: HandlerChange<NftServiceResource>): Promise<void> {
      const done: [Place, HandlerChange<NftServiceResource>][] = [];
      try {
        for (const [place, part] of byPlace(change)) {
          await changeAt(place, part);
          done.push([place, part]);
        }
      } catch (error) {
        throw await undone(done, error);
      }
    },

    async observe({ owners, wanted, departing, namespaces }: HandlerScope<NftServiceResource>) {
      const found: NftServiceResource[] = [];
      for (const place of await sockets.places([...wanted, ...departing], namespaces)) {
        const there = await sockets.visit(place, (socket) => readServices(socket, tableOf(place).table, place));
        found.push(...(there ?? []).map(({ service }) => service));
      }
      return owners === undefined ? found : found.filter(({ owner }) => owners.has(formatOwner(owner)));
    },

    difference(wanted, found) {
      const leads = ({ choose, slots }: NftServiceResource) => {
        if (slots.length === 0) return "to nobody";
        const targets = slots.map((slot) => `${slot.address} ${slot.port}`).join(", ");
        return `${choose === "turn" ? "in turn" : "by client"} to ${targets}`;
      };
      return leads(wanted) === leads(found) ? undefined : `it leads ${leads(found)}, not ${leads(wanted)}`;
    },

    close: async () => {},
  };

  async function changeAt(place: Place, change: HandlerChange<NftServiceResource>): Promise<void> {
    const { table, sets } = tableOf(place);
    await sockets.visit(
      place,
      async (socket) => {
        const transaction = new NftTransaction(table, sets);
        // With the table in the same transaction: who is killed leaves no empty one, which nobody would see.
        if (change.add.length === 0 && (await isLast(socket, table, change.remove))) transaction.deleteTable();
        else compose(transaction, change);
        try {
          await transaction.commit(socket);
        } catch (error) {
          // Something is gone, or there already: look, and make anew what this is about.
          if (!isUnexpected(error)) throw error;
          await rebuild(socket, place, change);
        }
      },
      change.add.length > 0,
    );
  }

  async function rebuild(
    socket: NetlinkSocket,
    place: Place,
    { remove, add }: HandlerChange<NftServiceResource>,
  ): Promise<void> {
    const { table, sets } = tableOf(place);
    const chains = new Set((await dumpChains(socket, table.name)).map(({ name }) => name));
    const keys = new Set([...remove, ...add].map(({ key }) => key));
    const found = await readServices(socket, table, place);
    const transaction = new NftTransaction(table, sets);
    if (!table.chains.every(({ name }) => chains.has(name))) {
      if (chains.size > 0) transaction.deleteTable();
      if (chains.size === 0 && add.length === 0) return;
      transaction.addTable();
      const kept = found.filter(({ service }) => !keys.has(service.key)).map(({ service }) => service);
      for (const service of [...kept, ...add]) addService(transaction, service);
    } else if (add.length === 0 && found.every(({ service }) => keys.has(service.key))) {
      transaction.deleteTable();
    } else {
      for (const one of found) if (keys.has(one.service.key)) withdraw(transaction, one, chains);
      for (const service of add) addService(transaction, service);
    }
    await transaction.commit(socket);
  }

  async function undone(
    done: readonly (readonly [Place, HandlerChange<NftServiceResource>])[],
    cause: unknown,
  ): Promise<unknown> {
    const failures: unknown[] = [];
    for (const [place, { remove, add }] of done.toReversed()) {
      await changeAt(place, { remove: add, add: remove }).catch((error: unknown) => failures.push(error));
    }
    return failures.length === 0 ? cause : new AggregateError([cause, ...failures], String(cause), { cause });
  }
}

interface PreparedTable {
  readonly table: NftTableSpec;
  readonly sets: PreparedSets;
}

const prepared = (table: NftTableSpec): PreparedTable => ({ table, sets: prepareSets(table) });

/** Where there is no table, the kernel refuses every message of a large transaction: more answers than a socket holds. */
const isUnexpected = (error: unknown): boolean =>
  error instanceof NetlinkError
    ? ["ENOENT", "EEXIST", "EBUSY"].includes(error.code)
    : error instanceof CnmError && error.code === "netlink-overrun";

/** Whether nothing else is in the table. */
async function isLast(
  socket: NetlinkSocket,
  { name, sets }: NftTableSpec,
  remove: readonly NftServiceResource[],
): Promise<boolean> {
  const going = new Set(remove.map(entryElement).map(({ set, key }) => `${set} ${key.join(" ")}`));
  for (const set of sets.filter(({ data }) => data === undefined || data === "verdict")) {
    const others = (await dumpElements(socket, name, set)).filter(
      ({ key }) => !going.has(`${set.name} ${key.join(" ")}`),
    );
    if (others.length > 0) return false;
  }
  return true;
}

/** What is in both lists keeps its chain. */
function compose(transaction: NftTransaction, { remove, add }: HandlerChange<NftServiceResource>): void {
  const old = new Map(remove.map((service) => [service.key, service]));
  const kept = new Set(add.map(({ key }) => key));
  for (const service of remove) if (!kept.has(service.key)) removeService(transaction, service);
  for (const service of add) {
    const before = old.get(service.key);
    if (before === undefined) addService(transaction, service);
    else alterService(transaction, before, service);
  }
}

function withdraw(transaction: NftTransaction, { service, elements }: FoundService, chains: ReadonlySet<string>): void {
  transaction.deleteElements(elements);
  if (chains.has(chainName(service))) transaction.deleteChain(chainName(service));
}
