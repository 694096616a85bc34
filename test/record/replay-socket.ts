import { ByteReader } from "../../packages/linux/src/netlink/byte-reader.ts";
import { NLM_F_DUMP, NLMSG_DONE, NLMSG_ERROR } from "../../packages/linux/src/netlink/constants.ts";
import type { NetlinkMessage, Request } from "../../packages/linux/src/netlink/message.ts";
import type { NetlinkSocket } from "../../packages/linux/src/netlink/socket.ts";

/** A socket that answers every reading with the same messages, and remembers what it was asked. */
export class ReplaySocket implements NetlinkSocket {
  readonly portId = 0;
  readonly requests: Request[] = [];
  readonly #answers: readonly Uint8Array[];

  constructor(answers: readonly (NetlinkMessage | Uint8Array)[]) {
    this.#answers = answers.flatMap((answer) => {
      if (answer instanceof Uint8Array) return [answer];
      return answer.type === NLMSG_DONE || answer.type === NLMSG_ERROR ? [] : [answer.payload];
    });
  }

  dump: NetlinkSocket["dump"] = async (request, codec) => {
    this.requests.push({ ...request, flags: request.flags | NLM_F_DUMP });
    return this.#answers.map((payload) => codec.read(new ByteReader(payload)));
  };

  get: NetlinkSocket["get"] = async (request, codec) => {
    this.requests.push(request);
    const [first] = this.#answers;
    if (first === undefined) throw new Error(`${request.what}: nothing is recorded`);
    return codec.read(new ByteReader(first));
  };

  async execute(requests: readonly Request[]): Promise<readonly undefined[]> {
    this.requests.push(...requests);
    return requests.map(() => undefined);
  }

  interfaceIndex(): undefined {
    return undefined;
  }

  async close(): Promise<void> {}
}

/** The first request that a reading makes. */
export async function askedBy(reading: (socket: NetlinkSocket) => Promise<unknown>): Promise<Request> {
  const socket = new ReplaySocket([]);
  // A reading of one object finds none here.
  await reading(socket).catch(() => undefined);
  const [first] = socket.requests;
  if (first === undefined) throw new Error("nothing was asked");
  return first;
}
