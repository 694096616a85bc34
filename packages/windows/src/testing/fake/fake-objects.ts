import { CnmError } from "@cnm/core";
import type * as v from "valibot";
import { matches } from "../../hcn/client/matches.ts";
import { type Guid, newGuid } from "../../hcn/guid.ts";
import type { HcnObjects } from "../../hcn/hcn-client.ts";
import { HcnError } from "../../hcn/hcn-error.ts";
import type { HnsVersion } from "../../hcn/hns-version.ts";
import { fitDocument } from "../../hcn/schema/fit-document.ts";
import { jsonText } from "../../hcn/schema/json-text.ts";
import { readDocument } from "../../hcn/schema/read-document.ts";

export interface FakeObjectsParts<Document> {
  readonly version: HnsVersion;
  /** Throws what a test wants the function to fail with. */
  readonly attempt: (functionName: string) => void;
  /** "Network": functions are called HcnCreateNetwork… */
  readonly name: string;
  readonly schema: v.GenericSchema<unknown, Document>;
  /** The HRESULT for one that is not there, and for one that is there already. */
  readonly notFound: number;
  readonly exists: number;
  /** What HNS makes of the document; throws HcnError. */
  readonly settle: (document: Document) => Document;
  readonly created?: (document: Document) => void;
  readonly deleted?: (document: Document) => void;
}

/** Objects in memory, with documents that go through JSON as they would on their way to HNS. */
export class FakeObjects<Document extends { readonly ID: Guid }, Wanted extends { readonly ID?: Guid }>
  implements HcnObjects<Document, Wanted>
{
  readonly documents = new Map<Guid, Document>();
  readonly #parts: FakeObjectsParts<Document>;

  constructor(parts: FakeObjectsParts<Document>) {
    this.#parts = parts;
  }

  readonly list: HcnObjects<Document, Wanted>["list"] = async (query = {}, options = {}) => {
    await turn(options.signal);
    this.#parts.attempt(`HcnEnumerate${this.#parts.name}s`);
    return [...this.documents.values()].filter((document) => matches(document, query)).map((one) => this.#copy(one));
  };

  readonly get: HcnObjects<Document, Wanted>["get"] = async (id, options = {}) => {
    await turn(options.signal);
    this.#parts.attempt(`HcnOpen${this.#parts.name}`);
    return this.#copy(this.need(id));
  };

  readonly create: HcnObjects<Document, Wanted>["create"] = async (wanted, options = {}) => {
    const { name, schema, version, settle, created, exists } = this.#parts;
    const operation = `HcnCreate${name}`;
    const id = wanted.ID ?? newGuid();
    const request = jsonText(fitDocument(`${name} ${id}`, schema, { ...wanted, ID: id }, version));
    await turn(options.signal);
    this.#parts.attempt(operation);
    if (this.documents.has(id)) throw new HcnError({ operation: `${operation} ${id}`, hresult: exists, request });
    const document = settle(readDocument(operation, schema, request));
    this.documents.set(id, document);
    created?.(document);
    return this.#copy(document);
  };

  readonly delete: HcnObjects<Document, Wanted>["delete"] = async (id, options = {}) => {
    await turn(options.signal);
    this.#parts.attempt(`HcnDelete${this.#parts.name}`);
    this.remove(id);
  };

  all(): readonly Document[] {
    return [...this.documents.values()];
  }

  /** The document, or the error that HNS has for one that is not there. */
  need(id: Guid): Document {
    const document = this.documents.get(id);
    if (document !== undefined) return document;
    const { name, notFound } = this.#parts;
    throw new HcnError({ operation: `HcnOpen${name} ${id}`, hresult: notFound });
  }

  replace(document: Document): void {
    if (!this.documents.has(document.ID)) throw new CnmError("internal", "fake-hcn", `${document.ID} is not there`);
    this.documents.set(document.ID, document);
  }

  remove(id: Guid): void {
    const document = this.documents.get(id);
    if (document === undefined) return;
    this.documents.delete(id);
    this.#parts.deleted?.(document);
  }

  #copy(document: Document): Document {
    return readDocument(this.#parts.name, this.#parts.schema, jsonText(document));
  }
}

/** Nothing is known in the same turn of the event loop, as with a real call. */
async function turn(signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
}
