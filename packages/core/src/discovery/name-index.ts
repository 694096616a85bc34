import type { NetworkId } from "../model/ids.ts";
import { foldName, isDnsName } from "./dns-name.ts";
import type { NameEntry } from "./name-entry.ts";

/**
 * Who has which name and which address, network by network. Adding and removing an entry takes as many steps as it has
 * names. Several entries may have the same name: all of them answer.
 */
export class NameIndex {
  readonly #networks = new Map<NetworkId, NetworkNames>();
  readonly #tick: () => number;

  /** @param tick Gives a higher number each time. */
  constructor(tick: () => number) {
    this.#tick = tick;
  }

  put(entry: NameEntry): void {
    const names = this.#networks.get(entry.networkId) ?? new NetworkNames();
    this.#networks.set(entry.networkId, names);
    names.put(entry);
    names.generation = this.#tick();
  }

  delete({ id, networkId }: Pick<NameEntry, "id" | "networkId">): void {
    const names = this.#networks.get(networkId);
    if (names?.delete(id) === true) names.generation = this.#tick();
  }

  /** With everything that is still in it. */
  deleteNetwork(networkId: NetworkId): void {
    this.#networks.delete(networkId);
  }

  /** In the order in which they came. */
  named(networkId: NetworkId, name: string): readonly NameEntry[] {
    return this.#networks.get(networkId)?.named(name) ?? NONE;
  }

  withAddress(networkId: NetworkId, address: string): readonly NameEntry[] {
    return this.#networks.get(networkId)?.withAddress(address) ?? NONE;
  }

  /** Another number whenever a name or an address of the network has come or gone; 0 for an empty one. */
  generation(networkId: NetworkId): number {
    return this.#networks.get(networkId)?.generation ?? 0;
  }
}

const NONE: readonly NameEntry[] = [];

class NetworkNames {
  generation = 0;
  readonly #entries = new Map<string, NameEntry>();
  readonly #byName: Groups = new Map();
  readonly #byAddress: Groups = new Map();

  put(entry: NameEntry): void {
    this.delete(entry.id);
    this.#entries.set(entry.id, entry);
    for (const name of keysOf(entry)) add(this.#byName, name, entry);
    for (const address of reverseKeys(entry)) add(this.#byAddress, address, entry);
  }

  delete(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    this.#entries.delete(id);
    for (const name of keysOf(entry)) remove(this.#byName, name, entry);
    for (const address of reverseKeys(entry)) remove(this.#byAddress, address, entry);
    return true;
  }

  named(name: string): readonly NameEntry[] {
    return listed(this.#byName.get(foldName(name)));
  }

  withAddress(address: string): readonly NameEntry[] {
    return listed(this.#byAddress.get(address));
  }
}

/** Nearly always there is one entry, so that no set is made for it. */
type Groups = Map<string, NameEntry | Set<NameEntry>>;

const keysOf = ({ names }: NameEntry): ReadonlySet<string> => new Set(names.filter(isDnsName).map(foldName));

const reverseKeys = ({ addresses, reverse }: NameEntry): readonly string[] => (reverse === false ? [] : addresses);

function add(groups: Groups, key: string, entry: NameEntry): void {
  const there = groups.get(key);
  if (there === undefined) groups.set(key, entry);
  else if (there instanceof Set) there.add(entry);
  else if (there !== entry) groups.set(key, new Set([there, entry]));
}

function remove(groups: Groups, key: string, entry: NameEntry): void {
  const there = groups.get(key);
  if (!(there instanceof Set)) {
    if (there === entry) groups.delete(key);
    return;
  }
  there.delete(entry);
  const [first] = there;
  if (there.size === 1 && first !== undefined) groups.set(key, first);
}

function listed(there: NameEntry | Set<NameEntry> | undefined): readonly NameEntry[] {
  if (there === undefined) return NONE;
  return there instanceof Set ? [...there] : [there];
}
