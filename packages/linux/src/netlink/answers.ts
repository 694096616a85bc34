import { type Acknowledgement, readAcknowledgement } from "./acknowledgement.ts";
import { NLMSG_ERROR } from "./constants.ts";
import { type NetlinkMessage, NLMSG_HEADER, type Request, readMessages } from "./message.ts";
import { NetlinkError, type Outcome } from "./netlink-error.ts";

/** struct nlmsgerr: an errno, and the header of what was asked (NETLINK_CAP_ACK leaves out the rest). */
const NLMSGERR = 20;

/** Matches answers to the requests of one batch by their sequence numbers. */
export class Answers {
  /** One for each request that has been sent. */
  readonly outcomes: Outcome[] = [];
  /** The request whose answer stands for all: the last that is not silent. */
  last = -1;
  readonly #requests: readonly Request[];
  readonly #from: number;
  readonly #first: number;
  #ended = false;

  constructor(requests: readonly Request[], from: number, firstSequence: number) {
    this.#requests = requests;
    this.#from = from;
    this.#first = firstSequence;
  }

  get complete(): boolean {
    return this.#ended || this.last < 0;
  }

  /** Takes a datagram that says no more than that all is done, which is the rule; false: it has to be read. */
  takeDone(datagram: DataView, length: number): boolean {
    if (length !== NLMSG_HEADER + NLMSGERR || datagram.getUint32(0, true) !== length) return false;
    if (datagram.getUint16(4, true) !== NLMSG_ERROR || datagram.getInt32(NLMSG_HEADER, true) !== 0) return false;
    if (datagram.getUint32(8, true) - this.#first === this.last) this.#ended = true;
    return true;
  }

  take(datagram: Uint8Array, onMessage?: (message: NetlinkMessage) => void): void {
    for (const message of readMessages(datagram)) {
      const at = message.sequence - this.#first;
      const request = at < this.outcomes.length ? this.#requests[this.#from + at] : undefined;
      if (at < 0 || request === undefined) continue;
      if (message.type !== NLMSG_ERROR) {
        onMessage?.(message);
        continue;
      }
      // The first word counts: a batch may be told to be over after one of its messages has failed.
      const end = readAcknowledgement(message);
      if (end.errno !== 0 && !(this.#ended && at === this.last)) this.outcomes[at] ??= failureOf(request, end);
      if (at === this.last) this.#ended = true;
    }
  }
}

export function failureOf(request: Request, { errno, ...detail }: Acknowledgement): NetlinkError {
  return new NetlinkError({ what: request.what, errno, ...detail });
}
