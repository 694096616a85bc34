import { setTimeout as sleep } from "node:timers/promises";
import { CnmError } from "@cnm/core";
import { errnoName } from "../netlink/errno.ts";
import { AF_PACKET } from "../sockets/constants.ts";
import { gratuitousArp, neighbourAdvertisement } from "./packets.ts";

export interface Announcement {
  readonly linkIndex: number;
  readonly mac: string;
  /** "10.7.0.2" or "fd07::2" */
  readonly address: string;
  readonly count: number;
  readonly intervalMs: number;
  /** Neighbours may know another holder: they are told before anything else is said. */
  readonly moved: boolean;
}

/** Sends a whole frame over a packet socket. Resolves to the number of bytes, to 0 if the signal aborts first, or to -errno. */
export type Send = (
  socket: number,
  frame: Uint8Array,
  to: Uint8Array,
  options: { readonly urgent: boolean; readonly signal: AbortSignal },
) => Promise<number>;

/**
 * Tells neighbours where an address is now, over a packet socket of the link's namespace: at once, and again as often as
 * asked. Resolves when all is said, or when the signal aborts; rejects when something cannot be sent (the link is gone).
 */
export async function announce(
  send: Send,
  socket: number,
  { mac, address, count, intervalMs, linkIndex, moved }: Announcement,
  signal: AbortSignal,
): Promise<void> {
  const frame = address.includes(":") ? neighbourAdvertisement(mac, address) : gratuitousArp(mac, address);
  const to = linkAddress(linkIndex);
  for (let said = 0; said < count && !signal.aborted; said++) {
    // The wait keeps no process alive.
    if (said > 0) await sleep(intervalMs, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return;
    const sent = await send(socket, frame, to, { urgent: moved && said === 0, signal });
    if (sent < 0) throw new CnmError("internal", "announce", `cannot announce ${address}: ${errnoName(-sent)}`);
  }
}

/** struct sockaddr_ll: all that sending a whole frame needs is the interface. */
function linkAddress(index: number): Uint8Array {
  const bytes = new Uint8Array(20);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_PACKET, true);
  view.setInt32(4, index, true);
  return bytes;
}
