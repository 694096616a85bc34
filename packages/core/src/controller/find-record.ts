import { CnmError } from "../errors/cnm-error.ts";
import { shortId } from "../model/ids.ts";
import type { LifeState } from "../model/network.ts";
import type { NamedRecords } from "./named-records.ts";

interface Findable {
  readonly id: string;
  readonly name: string;
  readonly state: LifeState;
}

/** Fewer digits are more likely a name that is not there, and the wrong thing must not be removed. */
const PART_OF_ID = /^[0-9a-f]{4,64}$/;

/**
 * The record with this id, this name, or the only one whose id begins with these at least four
 * digits; in this order, as Docker has it.
 * @throws CnmError `not-found`; `invalid` "ambiguous-id" that names all it could be.
 */
export function findRecord<T extends Findable>(what: string, records: NamedRecords<T>, idOrName: string): T {
  const exact = records.get(idOrName) ?? records.named(idOrName);
  if (exact !== undefined) return exact;
  const candidates = PART_OF_ID.test(idOrName) ? records.values().filter(({ id }) => id.startsWith(idOrName)) : [];
  const [only] = candidates;
  if (only === undefined) throw notFound(what, idOrName);
  if (candidates.length === 1) return only;
  const found = candidates.map(({ id, name }) => `${name} (${shortId(id)})`).join(", ");
  throw new CnmError("invalid", "ambiguous-id", `${what} ${idOrName} could be any of ${found}: give more of the id`);
}

/** Of a record that was found before its lock was held: it may have gone, or be going. */
export function stillThere<T extends Findable>(what: string, record: T | undefined, name: string): T {
  if (record === undefined || record.state === "pending") throw notFound(what, name);
  return record;
}

/** Like {@link stillThere}, and new things may be tied to it. */
export function usable<T extends Findable>(what: string, record: T | undefined, name: string): T {
  const found = stillThere(what, record, name);
  if (found.state !== "deleting") return found;
  const message = `${what} ${found.name} is being removed: remove it again to finish that`;
  throw new CnmError("forbidden", "being-removed", message);
}

export const notFound = (what: string, idOrName: string): CnmError =>
  new CnmError("not-found", `no-such-${what}`, `there is no ${what} ${JSON.stringify(idOrName)}`);
