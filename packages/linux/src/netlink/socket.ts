import { CnmError } from "@cnm/core";
import type { Libc } from "../ffi/libc.ts";
import { readAcknowledgement, readDone } from "./acknowledgement.ts";
import { Answers, failureOf } from "./answers.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import {
  AF_NETLINK,
  MSG_DONTWAIT,
  MSG_TRUNC,
  NETLINK_CAP_ACK,
  NETLINK_EXT_ACK,
  NETLINK_GET_STRICT_CHK,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  SO_RCVBUFFORCE,
  SO_SNDBUFFORCE,
  SOCK_CLOEXEC,
  SOCK_RAW,
  SOL_NETLINK,
  SOL_SOCKET,
} from "./constants.ts";
import { DecodeError } from "./decode-error.ts";
import { errnoName } from "./errno.ts";
import { type MessageCodec, type NetlinkMessage, type Request, readMessages, writeMessage } from "./message.ts";
import type { Outcome } from "./netlink-error.ts";

const EAGAIN = 11;
const EINTR = 4;
const ENODEV = 19;
/** linux/sockios.h, linux/if.h */
const SIOCGIFINDEX = 0x8933;
const IFREQ = 40;
const IFNAMSIZ = 16;
const ENOBUFS = 105;
const BUFFER = 1 << 20;
/** A dump's parts are at most 32 KiB; one message is at most 64 KiB. */
const RECEIVE = 1 << 17;
/** So many acknowledgements surely fit in the receive buffer. */
const BATCH_MESSAGES = 128;
/** A batch has at most one message more than fits: twice as much, and that fits the send buffer. */
const BATCH_BYTES = 1 << 16;
const NLMSG_FLAGS_AT = 6;
const ACKNOWLEDGED = NLM_F_REQUEST | NLM_F_ACK;
const DUMP_ATTEMPTS = 5;
/** So many requests of the quick kinds take less than a millisecond. */
const SMALL_BATCH = 16;

/** One netlink socket: it keeps the namespace in which it was opened for life. Requests on it queue. */
export interface NetlinkSocket {
  /** What the kernel calls this socket in notifications of its doings. */
  readonly portId: number;
  /**
   * Sends the requests in one go, and resolves to an outcome for each, in order: undefined = done.
   * The kernel goes on after a request that fails (nf_tables batches do not: there nothing is done).
   * Rejects only when the socket itself fails.
   */
  execute(requests: readonly Request[]): Promise<readonly Outcome[]>;
  /** A whole table. A dump that was interrupted by changes is asked for again, five times at most. */
  dump<T>(request: Request, codec: MessageCodec<T>): Promise<readonly T[]>;
  /** One object. Throws the NetlinkError (ENODEV, ENOENT…) when there is none. */
  get<T>(request: Request, codec: MessageCodec<T>): Promise<T>;
  /** The index of an interface of the socket's namespace, undefined if there is none. Takes a microsecond and no lock. */
  interfaceIndex(name: string): number | undefined;
  /** Closes when what is in flight has ended. */
  close(): Promise<void>;
}

/**
 * Opens a socket in the calling thread's namespace. Requests are sent on a thread of the pool, for some make the kernel wait.
 * `isCalm` says when nothing of the kind is under way: then small batches are sent on this thread, which saves
 * waking another, at most a few tenths of a millisecond each. `answers` is where answers arrive: sockets may share one.
 */
export function openNetlinkSocket(
  libc: Libc,
  protocol: number,
  isCalm: () => boolean = () => false,
  answers = answerBuffer(),
): NetlinkSocket {
  const fd = libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
  if (fd < 0)
    throw new CnmError("unsupported", "netlink-socket", `no netlink socket of protocol ${protocol}: ${errnoName(-fd)}`);
  try {
    return new Socket(libc, fd, isCalm, answers);
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}

/** See {@link openNetlinkSocket}. */
export const answerBuffer = (): Uint8Array => Buffer.allocUnsafeSlow(RECEIVE);

/** Not slice(), which of a Buffer is a view. */
const copyOf = (buffer: Uint8Array, length: number): Uint8Array => new Uint8Array(buffer.subarray(0, length));

class Socket implements NetlinkSocket {
  readonly portId: number;
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #isCalm: () => boolean;
  readonly #answers: Uint8Array;
  readonly #view: DataView;
  readonly #ifreq = Buffer.alloc(IFREQ);
  #out = new ByteWriter(1024);
  #sequence = 0;
  /** Ends when all that is queued has. */
  #tail: Promise<unknown> = Promise.resolve();
  #queue = 0;
  #closing: Promise<void> | undefined;

  constructor(libc: Libc, fd: number, isCalm: () => boolean, answers: Uint8Array) {
    this.#libc = libc;
    this.#fd = fd;
    this.#isCalm = isCalm;
    this.#answers = answers;
    this.#view = new DataView(answers.buffer, answers.byteOffset, answers.length);
    const address = new Uint8Array(12);
    address[0] = AF_NETLINK;
    this.#must(libc.bind(fd, address, address.length), "bind");
    const length = new Uint8Array([12, 0, 0, 0]);
    this.#must(libc.getsockname(fd, address, length), "getsockname");
    this.portId = new DataView(address.buffer).getUint32(4, true);
    this.#option(SOL_SOCKET, SO_RCVBUFFORCE, BUFFER);
    this.#option(SOL_SOCKET, SO_SNDBUFFORCE, BUFFER);
    for (const option of [NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK])
      this.#option(SOL_NETLINK, option, 1);
  }

  execute(requests: readonly Request[]): Promise<readonly Outcome[]> {
    return this.#queued(async () => {
      const whole = requests[0]?.whole === true;
      let outcomes: readonly Outcome[] = [];
      for (let at = 0; at < requests.length; at = outcomes.length) {
        const batch = await this.#exchange(requests, at, whole);
        outcomes = at === 0 ? batch : [...outcomes, ...batch];
      }
      return outcomes;
    });
  }

  dump<T>(request: Request, codec: MessageCodec<T>): Promise<readonly T[]> {
    return this.#queued(async () => {
      for (let attempt = 1; attempt <= DUMP_ATTEMPTS; attempt++) {
        const found = await this.#dumpOnce(request, codec);
        if (found !== undefined) return found;
      }
      throw new CnmError(
        "unavailable",
        "dump-interrupted",
        `${request.what}: the table changed during each of ${DUMP_ATTEMPTS} readings`,
      );
    });
  }

  get<T>(request: Request, codec: MessageCodec<T>): Promise<T> {
    return this.#queued(async () => {
      const found: T[] = [];
      const outcomes = await this.#exchange([request], 0, true, (message) => {
        found.push(codec.read(new ByteReader(message.payload)));
      });
      if (outcomes[0] !== undefined) throw outcomes[0];
      const [first] = found;
      if (first === undefined) throw new DecodeError(`${request.what}: the kernel answered with nothing`);
      return first;
    });
  }

  interfaceIndex(name: string): number | undefined {
    this.#open();
    writeName(this.#ifreq, name);
    const result = this.#libc.ioctl(this.#fd, SIOCGIFINDEX, this.#ifreq);
    if (result === -ENODEV) return undefined;
    this.#must(result, "index of an interface");
    return this.#ifreq.readInt32LE(IFNAMSIZ);
  }

  close(): Promise<void> {
    this.#closing ??= this.#tail.then(
      () => void this.#libc.close(this.#fd),
      () => void this.#libc.close(this.#fd),
    );
    return this.#closing;
  }

  /** Sends requests from a place in the list on: all of them if they are a whole, else as many as the buffers hold. */
  async #exchange(
    requests: readonly Request[],
    from: number,
    whole: boolean,
    onMessage?: (message: NetlinkMessage) => void,
  ): Promise<readonly Outcome[]> {
    const answers = new Answers(requests, from, this.#sequence + 1);
    const bytes = this.#encode(requests, from, whole, answers);
    const here = answers.outcomes.length <= SMALL_BATCH && this.#isCalm() && requests[from]?.slow !== true;
    const sent = here
      ? this.#libc.send(this.#fd, bytes, bytes.length, 0)
      : await this.#libc.send.async(this.#fd, bytes, bytes.length, 0);
    this.#must(sent, "send");
    while (!answers.complete) {
      // The kernel has worked through the requests when send() returns, so the answers are there.
      const length = this.#receive(this.#libc.recv(this.#fd, this.#answers, RECEIVE, MSG_DONTWAIT | MSG_TRUNC));
      if (length === undefined) break;
      if (!answers.takeDone(this.#view, length)) answers.take(copyOf(this.#answers, length), onMessage);
    }
    return answers.outcomes;
  }

  /** Undefined: the kernel says that the table changed meanwhile. */
  async #dumpOnce<T>(request: Request, codec: MessageCodec<T>): Promise<readonly T[] | undefined> {
    const sequence = this.#nextSequence();
    const out = this.#writer();
    writeMessage(out, request, request.flags | NLM_F_REQUEST | NLM_F_DUMP, sequence);
    const bytes = out.finish();
    this.#must(await this.#libc.send.async(this.#fd, bytes, bytes.length, 0), "send");
    const found: T[] = [];
    let interrupted = false;
    // Its own: others receive answers while this one waits.
    const buffer = answerBuffer();
    for (;;) {
      // Each receive makes the kernel fill the next part: work for the pool, not for this thread.
      const length = this.#receive(await this.#libc.recv.async(this.#fd, buffer, RECEIVE, MSG_TRUNC));
      if (length === undefined) continue;
      // A copy, since what is decoded refers to it.
      for (const message of readMessages(copyOf(buffer, length))) {
        if (message.sequence !== sequence) continue;
        if ((message.flags & NLM_F_DUMP_INTR) !== 0) interrupted = true;
        if (message.type !== NLMSG_DONE && message.type !== NLMSG_ERROR) {
          if (!interrupted) found.push(codec.read(new ByteReader(message.payload)));
          continue;
        }
        const end = message.type === NLMSG_DONE ? readDone(message) : readAcknowledgement(message);
        if (end.errno !== 0) throw failureOf(request, end);
        return interrupted ? undefined : found;
      }
    }
  }

  #encode(requests: readonly Request[], from: number, whole: boolean, answers: Answers): Uint8Array {
    const out = this.#writer();
    const end = whole ? requests.length : Math.min(requests.length, from + BATCH_MESSAGES);
    let asked = -1;
    for (let at = from; at < end && (whole || out.length < BATCH_BYTES); at++) {
      const request = requests[at];
      if (request === undefined) break;
      if (request.silent !== true) {
        asked = out.length;
        answers.last = at - from;
      }
      writeMessage(out, request, request.flags | NLM_F_REQUEST, this.#nextSequence());
      answers.outcomes.push(undefined);
    }
    // The kernel works in order and tells of every failure: the last request's acknowledgement stands for all before it.
    if (asked >= 0) out.patchU16(asked + NLMSG_FLAGS_AT, (requests[from + answers.last]?.flags ?? 0) | ACKNOWLEDGED);
    return out.finish();
  }

  /** For one send after the other. What a large one needed is not kept. */
  #writer(): ByteWriter {
    if (this.#out.length > BATCH_BYTES) this.#out = new ByteWriter(1024);
    this.#out.clear();
    return this.#out;
  }

  /** The length of one datagram; undefined when there is nothing (yet). */
  #receive(result: number): number | undefined {
    if (result === -EAGAIN || result === -EINTR) return undefined;
    if (result === -ENOBUFS)
      throw new CnmError("unavailable", "netlink-overrun", "a netlink socket lost answers (ENOBUFS)");
    const length = this.#must(result, "receive");
    if (length > RECEIVE) throw new DecodeError(`a datagram of ${length} bytes, ${RECEIVE} expected at most`);
    return length;
  }

  #queued<T>(work: () => Promise<T>): Promise<T> {
    this.#open();
    const result = this.#queue === 0 ? work() : this.#tail.then(work);
    this.#queue++;
    this.#tail = result.then(this.#ended, this.#ended);
    return result;
  }

  readonly #ended = (): void => {
    this.#queue--;
  };

  #open(): void {
    if (this.#closing !== undefined)
      throw new CnmError("internal", "socket-closed", "this netlink socket has been closed");
  }

  #nextSequence(): number {
    this.#sequence = (this.#sequence + 1) >>> 0;
    return this.#sequence;
  }

  /** Old kernels lack some: then errors carry less text, and nothing else changes. */
  #option(level: number, option: number, value: number): void {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    this.#libc.setsockopt(this.#fd, level, option, bytes, bytes.length);
  }

  #must(result: number, what: string): number {
    if (result >= 0) return result;
    throw new CnmError("internal", "netlink-socket", `netlink ${what}: ${errnoName(-result)}`);
  }
}

/** A name of interfaces, cut off where a longer one would be none; Node's encoders need longer to be called than this takes. */
function writeName(ifreq: Uint8Array, name: string): void {
  for (let at = 0; at < IFNAMSIZ - 1; at++) ifreq[at] = at < name.length ? name.charCodeAt(at) : 0;
}
