import { randomInt } from "node:crypto";

/** The kernel counts from 1; who asks for a number up here gets it. */
const FIRST = 1 << 20;
const LAST = 1 << 30;

/**
 * Interface numbers of links to be made. A link whose number is known beforehand can be made and furnished in one send, and
 * nothing that is said of the number hits another link, should it not come about. Two ends of a veth get the same one.
 */
export class LinkIndexes {
  #next = randomInt(FIRST, LAST);

  next(): number {
    const index = this.#next;
    this.#next = index + 1 < LAST ? index + 1 : FIRST;
    return index;
  }
}
