import { formatOwner, type OwnerRef, parseOwner } from "@cnm/core";
import type { Guid } from "../hcn/guid.ts";
import type { HcnObjects } from "../hcn/hcn-client.ts";
import { HcnError } from "../hcn/hcn-error.ts";
import { told } from "./advice.ts";
import { difference } from "./difference.ts";
import { type HandlerParts, nothingToUndo, type Undo } from "./handler.ts";
import { insist } from "./insist.ts";
import { isSilence } from "./patient-hcn.ts";
import type { WindowsResource } from "./resource.ts";

/** What the documents of all kinds have. */
interface AnyDocument {
  readonly ID: Guid;
  readonly Owner?: string;
}

/** How one kind of object is made of a document, and a resource of what HNS shows. */
export interface ObjectOf<R extends WindowsResource, Document extends AnyDocument, Wanted> {
  readonly objects: HcnObjects<Document, Wanted>;
  /** The same, waiting as long as it takes. */
  readonly forever: Pick<HcnObjects<Document, Wanted>, "delete">;
  wanted(resource: R): Wanted;
  resource(document: Document, owner: OwnerRef): R;
  /** Throws CnmError `conflict` if somebody else's object is in the way of this one. */
  blocked?(resource: R, error: HcnError): Promise<void>;
}

/** One object of a kind, made and removed as a whole. */
export class HcnObject<R extends WindowsResource, Document extends AnyDocument, Wanted> {
  readonly #parts: HandlerParts;
  readonly #of: ObjectOf<R, Document, Wanted>;

  constructor(parts: HandlerParts, of: ObjectOf<R, Document, Wanted>) {
    this.#parts = parts;
    this.#of = of;
  }

  async find(id: Guid): Promise<Document | undefined> {
    try {
      return await this.#of.objects.get(id);
    } catch (error) {
      if (error instanceof HcnError && error.isNotFound) return undefined;
      throw error;
    }
  }

  /** Resolves to what was there already, if anything was: then nothing has been made. */
  async create(resource: R): Promise<R | undefined> {
    const { objects, wanted, blocked } = this.#of;
    const attempt = async (): Promise<R | undefined> => {
      try {
        await objects.create(wanted(resource));
        return undefined;
      } catch (error) {
        const there = error instanceof HcnError && error.kind === "conflict" ? await this.find(resource.id) : undefined;
        if (there === undefined) throw error;
        return this.#of.resource(there, resource.owner);
      }
    };
    try {
      return await insist(attempt, this.#parts.pause, async (error) => blocked?.(resource, error));
    } catch (error) {
      await this.#clear(resource.id, error);
      throw error;
    }
  }

  async delete(id: Guid): Promise<void> {
    try {
      await insist(() => this.#of.objects.delete(id), this.#parts.pause);
    } catch (error) {
      this.#afterSilence(id, error);
      throw error;
    }
  }

  /** For kinds that nothing has to be done for beside. */
  async make(resource: R, change: (from: R, to: R) => Promise<Undo>): Promise<Undo> {
    try {
      const there = await this.create(resource);
      if (there === undefined) return () => this.delete(resource.id);
      return difference(resource, there) === undefined ? nothingToUndo : await change(there, resource);
    } catch (error) {
      throw told("made", resource, error);
    }
  }

  async drop(resource: R, again: (resource: R) => Promise<Undo>): Promise<Undo> {
    try {
      if ((await this.find(resource.id)) === undefined) return nothingToUndo;
      await this.delete(resource.id);
      return async () => void (await again(resource));
    } catch (error) {
      this.#afterSilence(resource.id, error);
      throw told("removed", resource, error);
    }
  }

  /** By deleting the one, and making the other. */
  async replace(from: R, to: R, make: (resource: R) => Promise<Undo>): Promise<Undo> {
    await this.delete(from.id).catch((error: unknown) => {
      throw told("changed", to, error);
    });
    const back = async () => void (await make(from));
    try {
      const undo = await make(to);
      return async () => {
        await undo();
        await back();
      };
    } catch (error) {
      await back();
      throw error;
    }
  }

  async observe(known: ReadonlyMap<string, WindowsResource>): Promise<readonly R[]> {
    const documents = await this.#of.objects.list();
    return documents.flatMap((document) => {
      // Not every kind of object keeps its owner in every version of HNS.
      const owner = parseOwner(document.Owner ?? "") ?? known.get(document.ID)?.owner;
      return owner === undefined ? [] : [this.#of.resource(document, owner)];
    });
  }

  /** What was to go when HNS stopped to answer goes when it answers again. */
  #afterSilence(id: Guid, failure: unknown): void {
    if (isSilence(failure)) this.#parts.late(() => this.#of.forever.delete(id));
  }

  /** A create that failed may have left the object, and one that was given up may still make it. */
  async #clear(id: Guid, failure: unknown): Promise<void> {
    this.#afterSilence(id, failure);
    if (!(failure instanceof HcnError)) return;
    await this.delete(id).catch(() => this.#parts.late(() => this.#of.forever.delete(id)));
  }
}

export const ownerText = ({ owner }: WindowsResource): string => formatOwner(owner);
