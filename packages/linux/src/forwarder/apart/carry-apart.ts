import type { HeldPort } from "@cnm/core";
import type { Namespace } from "../../netns/namespace.ts";
import type { ForwarderResource } from "../../resources/resource.ts";
import type { Carrier, HeldSocket } from "../carrier.ts";
import { CarrierLink } from "./carrier-link.ts";
import { launch } from "./launch.ts";
import { connectAtMeetingPlace } from "./meeting-place.ts";
import type { MessageSocketParts } from "./message-socket.ts";
import { VERSION } from "./messages.ts";

export interface CarryApartParts extends MessageSocketParts {
  readonly host: Namespace;
}

/**
 * Carries in a process of its own, of which a host has one while something is to be carried: it is started for the first, ends
 * with the last, and is found again by a socket's name in the host's namespace. This process is the only one that keeps the
 * host's networks, and so the only one that starts it.
 */
export function carryApart(parts: CarryApartParts): Carrier {
  return new ApartCarrier(parts);
}

class ApartCarrier implements Carrier {
  readonly outlives = true;
  readonly #parts: CarryApartParts;
  readonly #listeners = new Set<() => void>();
  #link: CarrierLink | undefined;
  /** Whether an earlier process has left one has been found out. */
  #looked = false;
  /** What is asked, and what comes of it, one after the other. It never rejects. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: CarryApartParts) {
    this.#parts = parts;
  }

  start(resource: ForwarderResource, { port, fd }: HeldSocket): Promise<void> {
    return this.#inTurn(async () => {
      const link = (await this.#found()) ?? (await this.#launched());
      await link.ask({ do: "start", resource, held: port }, fd);
    });
  }

  stop(key: string, others = false): Promise<void> {
    return this.#inTurn(async () => {
      const link = await this.#found();
      if (link === undefined) return;
      const { reply } = await link.ask({ do: "stop", key });
      if (reply.left === 0 && !others) await this.#end(link);
    });
  }

  carried(): Promise<readonly ForwarderResource[]> {
    return this.#inTurn(async () => {
      const link = await this.#found();
      const all: ForwarderResource[] = [];
      for (let more = link !== undefined; more; ) {
        const answered = await link?.ask({ do: "list", from: all.length });
        all.push(...(answered?.reply.resources ?? []));
        more = answered?.reply.more === true;
      }
      return all;
    });
  }

  heldSocket(port: HeldPort): Promise<number | undefined> {
    return this.#inTurn(async () => (await (await this.#found())?.ask({ do: "socket", port }))?.fd);
  }

  onLost(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      this.#looked = true;
      this.#link?.close();
      this.#link = undefined;
    });
  }

  #inTurn<T>(body: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(body);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** The one that is there: since an earlier process, at the first look. */
  async #found(): Promise<CarrierLink | undefined> {
    if (this.#link?.open === true || this.#looked) return this.#link?.open === true ? this.#link : undefined;
    const link = this.#connect();
    this.#looked = true;
    if (link === undefined) return undefined;
    const { reply } = await link.ask({ do: "hello" });
    if (reply.version === VERSION) return link;
    // Of another version of this program: its connections end, and what is to be carried is begun anew.
    await this.#end(link);
    return undefined;
  }

  async #launched(): Promise<CarrierLink> {
    const { libc, host } = this.#parts;
    await launch(libc, host);
    const link = this.#connect();
    if (link === undefined) throw new Error("the process that forwards connections ended as it began");
    await link.ask({ do: "hello" });
    return link;
  }

  #connect(): CarrierLink | undefined {
    const { libc, host } = this.#parts;
    const fd = connectAtMeetingPlace(libc, host);
    if (fd === undefined) return undefined;
    const link = new CarrierLink(this.#parts, fd);
    this.#link = link;
    void link.ended.then(() => this.#noteEnd(link));
    return link;
  }

  async #end(link: CarrierLink): Promise<void> {
    // Nobody is to be told of an end that was asked for.
    this.#link = undefined;
    await link.ask({ do: "end" }).catch(() => undefined);
    await link.ended;
  }

  #noteEnd(link: CarrierLink): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    for (const listener of this.#listeners) listener();
  }
}
