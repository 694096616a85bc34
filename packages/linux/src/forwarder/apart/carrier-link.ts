import { CnmError } from "@cnm/core";
import { MessageSocket, type MessageSocketParts } from "./message-socket.ts";
import { asReply, type Reply, type Request } from "./messages.ts";

export interface Answered {
  readonly reply: Reply;
  /** The caller's. */
  readonly fd: number | undefined;
}

interface Asking {
  readonly resolve: (answered: Answered) => void;
  readonly reject: (reason: unknown) => void;
}

/** A connection with the process that forwards connections. */
export class CarrierLink {
  /** Resolves when the other end is closed. */
  readonly ended: Promise<void>;
  readonly #socket: MessageSocket;
  readonly #asking: Asking[] = [];
  #open = true;

  constructor(parts: MessageSocketParts, fd: number) {
    let tellEnd = (): void => undefined;
    this.ended = new Promise((resolve) => {
      tellEnd = resolve;
    });
    this.#socket = new MessageSocket(parts, fd, {
      message: (value, passed) => this.#asking.shift()?.resolve({ reply: asReply(value), fd: passed }),
      end: () => {
        this.#open = false;
        for (const { reject } of this.#asking.splice(0)) reject(gone());
        tellEnd();
      },
    });
  }

  get open(): boolean {
    return this.#open;
  }

  /** @throws CnmError `internal` "forwarder" saying why it is not done; `unavailable` "forwarder-gone" */
  async ask(request: Request, fd?: number): Promise<Answered> {
    const answered = await new Promise<Answered>((resolve, reject) => {
      if (this.#socket.send(request, fd)) this.#asking.push({ resolve, reject });
      else reject(gone());
    });
    const { error } = answered.reply;
    if (error !== undefined) throw new CnmError("internal", "forwarder", error);
    return answered;
  }

  close(): void {
    this.#open = false;
    this.#socket.close();
    for (const { reject } of this.#asking.splice(0)) reject(gone());
  }
}

const gone = (): CnmError =>
  new CnmError("unavailable", "forwarder-gone", "the process that forwards connections has ended");
