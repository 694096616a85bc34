import type { CallOptions, ObjectTurns } from "@cnm/core";
import { guidBytes } from "../../ffi/guid-bytes.ts";
import type { Handle } from "../../ffi/types.ts";
import { GUID_NULL, type Guid, newGuid } from "../guid.ts";
import type { HcnModifiable, HcnQuery } from "../hcn-client.ts";
import { HcnError } from "../hcn-error.ts";
import type { HnsVersion } from "../hns-version.ts";
import { id, list } from "../schema/fields.ts";
import { fitDocument } from "../schema/fit-document.ts";
import { jsonText } from "../schema/json-text.ts";
import { readDocument } from "../schema/read-document.ts";
import { abortable } from "./abortable.ts";
import type { HcnCalls, Subject } from "./hcn-calls.ts";
import type { Kind } from "./kinds.ts";
import { matches } from "./matches.ts";
import { queryText, SCHEMA_VERSION, WHOLE } from "./query-text.ts";

export interface ObjectsParts {
  readonly calls: HcnCalls;
  readonly turns: ObjectTurns;
  readonly version: HnsVersion;
}

/** What all documents have that are asked for. */
interface AnyWanted {
  readonly ID?: Guid;
  readonly Name?: string;
}

/** Where a new object comes from: most kinds from their create function, endpoints from a network's handle. */
export type Create = <T>(settings: string, subject: Subject, work: (handle: Handle) => Promise<T>) => Promise<T>;

const ids = list(id);

/** The objects of one kind: `list`, `get`, `create`, `modify`, `delete`. */
export function hcnObjects<Document extends object, Wanted extends AnyWanted, Modify>(
  { calls, turns, version }: ObjectsParts,
  kind: Kind<Document>,
  createOf?: (wanted: Wanted) => Create,
): HcnModifiable<Document, Wanted, Modify> {
  const { noun, functions, schema } = kind;
  const opening = [functions.open, functions.close] as const;

  const read = async (handle: Handle, what: string): Promise<Document> => {
    const json = await calls.text(functions.query, { what }, handle, WHOLE);
    return readDocument(what, schema, json, kind.aliases);
  };

  const open = <T>(id: Guid, subject: Subject, work: (handle: Handle) => Promise<T>): Promise<T> =>
    calls.withHandle(opening, subject, [guidBytes(id)], work);

  const get = (id: Guid): Promise<Document> => {
    const what = `${noun} ${id}`;
    return turns.run(id, () => open(id, { what }, (handle) => read(handle, what)));
  };

  const remove = async (id: Guid): Promise<void> => {
    try {
      await calls.text(functions.delete, { what: `${noun} ${id}` }, guidBytes(id));
    } catch (error) {
      if (!(error instanceof HcnError && error.isNotFound)) throw error;
    }
  };

  const createPlainly: Create = (request, { what }, work) =>
    calls.withHandle([functions.create, functions.close], { what, request }, [guidBytes(GUID_NULL), request], work);

  async function create(wanted: Wanted): Promise<Document> {
    const id = wanted.ID ?? newGuid();
    const what = wanted.Name === undefined ? `${noun} ${id}` : `${noun} ${wanted.Name} (${id})`;
    const document = fitDocument(what, schema, { ...wanted, ID: id }, version);
    const request = jsonText({ SchemaVersion: SCHEMA_VERSION, ...asObject(document) });
    const begin = createOf?.(wanted) ?? createPlainly;
    return await turns.run(id, async () => {
      let made = false;
      try {
        return await begin(request, { what, request }, (handle) => {
          made = true;
          return read(handle, what);
        });
      } catch (error) {
        // What was made, but cannot be told of, is not left behind.
        if (made) await remove(id);
        throw error;
      }
    });
  }

  async function find(query: HcnQuery): Promise<readonly Document[]> {
    const what = `${noun}s`;
    const json = await calls.text(
      functions.enumerate,
      { what },
      queryText(kind.filtersByNetwork === true ? query : withoutNetwork(query)),
    );
    const found = await Promise.all(readDocument(what, ids, json === "" ? "[]" : json).map(getUnlessGone));
    return found.flat().filter((document) => matches(document, query));
  }

  async function getUnlessGone(id: Guid): Promise<readonly Document[]> {
    try {
      return [await get(id)];
    } catch (error) {
      if (error instanceof HcnError && error.isNotFound) return [];
      throw error;
    }
  }

  async function modify(id: Guid, change: Modify): Promise<void> {
    const what = `${noun} ${id}`;
    const fitted = asObject(fitDocument(what, kind.modifySchema ?? schema, change, version));
    const whole = kind.modifySchema === undefined ? { SchemaVersion: SCHEMA_VERSION, ID: id } : {};
    const request = jsonText({ ...whole, ...fitted });
    const subject = { what, request };
    await turns.run(id, () => open(id, subject, (handle) => calls.text(functions.modify, subject, handle, request)));
  }

  const within = <T>(options: CallOptions | undefined, work: () => Promise<T>) => abortable(options?.signal, work);
  return {
    list: (query = {}, options) => within(options, () => find(query)),
    get: (id, options) => within(options, () => get(id)),
    create: (wanted, options) => within(options, () => create(wanted)),
    delete: (id, options) => within(options, () => turns.run(id, () => remove(id))),
    modify: (id, change, options) => within(options, () => modify(id, change)),
  };
}

const withoutNetwork = ({ network: _, ...query }: HcnQuery): HcnQuery => query;

const asObject = (value: unknown): object => (typeof value === "object" && value !== null ? value : {});
