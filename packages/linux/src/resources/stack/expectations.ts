import type { HandlerChange } from "../handler.ts";
import type { AddressResource, LinkResource, ParentResource, RouteResource } from "../resource.ts";
import type { StackResource } from "./stack-change.ts";

/** What the kernel tells of when it changes. */
export type Watched = LinkResource | ParentResource | AddressResource | RouteResource;

/** One thing that shall be there. */
export interface Expectation {
  readonly resource: Watched;
  /** It is being made: what is said of it may be our own doing still. */
  readonly arriving: boolean;
}

type Entry = { -readonly [Field in keyof Expectation]: Expectation[Field] };

/**
 * What of ours should be there, as far as this process made it or has seen it. Only notifications about these are looked at;
 * and since what goes by our own hand is struck off before it goes, nothing that we do looks like drift.
 */
export class Expectations {
  readonly #byKey = new Map<string, Entry>();
  readonly #byPlace = new Map<string, readonly Expectation[]>();

  /** All that a notification with these words may be about. */
  at(place: string): readonly Expectation[] {
    return this.#byPlace.get(place) ?? [];
  }

  /** Nothing else has come in its stead. */
  has(expectation: Expectation): boolean {
    return this.#byKey.get(expectation.resource.key) === expectation;
  }

  all(): readonly Expectation[] {
    return [...this.#byKey.values()];
  }

  /** A change begins. To be ended by one of the two that are returned. */
  begin({ remove, add }: HandlerChange<StackResource>): { readonly done: () => void; readonly failed: () => void } {
    const before: Entry[] = [];
    const strike = ({ key }: StackResource): void => {
      const known = this.#byKey.get(key);
      if (known === undefined) return;
      before.push(known);
      this.#delete(key);
    };
    remove.forEach(strike);
    add.forEach(strike);
    const arriving: Entry[] = [];
    for (const resource of add) if (isWatched(resource)) arriving.push(this.#put({ resource, arriving: true }));
    return {
      done: () => {
        for (const one of arriving) one.arriving = false;
      },
      failed: () => {
        for (const one of arriving) {
          one.arriving = false;
          if (this.has(one)) this.#delete(one.resource.key);
        }
        for (const one of before) if (!this.#byKey.has(one.resource.key)) this.#put(one);
      },
    };
  }

  /** Something that is wanted was found to be as it should be. */
  seen(resource: StackResource): void {
    if (isWatched(resource) && !this.#byKey.has(resource.key)) this.#put({ resource, arriving: false });
  }

  /** Nobody wants it any more. */
  drop(expectation: Expectation): void {
    if (this.has(expectation) && !expectation.arriving) this.#delete(expectation.resource.key);
  }

  #put(entry: Entry): Entry {
    this.#delete(entry.resource.key);
    this.#byKey.set(entry.resource.key, entry);
    for (const place of placesOf(entry.resource)) this.#byPlace.set(place, [...this.at(place), entry]);
    return entry;
  }

  #delete(key: string): void {
    const old = this.#byKey.get(key);
    if (old === undefined) return;
    this.#byKey.delete(key);
    for (const place of placesOf(old.resource)) {
      const others = this.at(place).filter((one) => one !== old);
      if (others.length > 0) this.#byPlace.set(place, others);
      else this.#byPlace.delete(place);
    }
  }
}

/** Words that both a plan and a notification know. Notifications name links by index only, so addresses go without. */
export const placeOf = (kind: Watched["kind"], netns: string | undefined, name: string): string =>
  `${kind} ${netns ?? ""} ${name}`;

function placesOf(resource: Watched): readonly string[] {
  switch (resource.kind) {
    case "link":
      return [
        placeOf("link", resource.netns, resource.name),
        ...(resource.peer === undefined ? [] : [placeOf("link", resource.peer.netns, resource.peer.name)]),
        // It can be made again when that comes back.
        ...(resource.parent === undefined ? [] : [placeOf("parent", undefined, resource.parent)]),
      ];
    case "parent":
      return [placeOf("link", undefined, resource.name)];
    case "address":
      return [placeOf("address", resource.netns, resource.address)];
    case "route":
      return [placeOf("route", resource.netns, resource.destination)];
  }
}

const isWatched = (resource: StackResource): resource is Watched =>
  resource.kind === "link" || resource.kind === "parent" || resource.kind === "address" || resource.kind === "route";
