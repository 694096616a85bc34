import type { HeldPort } from "@cnm/core";
import type { Ffi } from "../../ffi/ffi.ts";
import type { Libc } from "../../ffi/libc.ts";
import type { Carrier, HeldSocket } from "../carrier.ts";
import { acceptAtMeetingPlace } from "./meeting-place.ts";
import { MessageSocket } from "./message-socket.ts";
import { asRequest, type Reply, type Request, VERSION } from "./messages.ts";

export interface ServeCarrierParts {
  readonly ffi: Ffi;
  readonly libc: Libc;
  readonly carrier: Carrier;
  /** Nothing is carried and nobody is there who could ask for it, or somebody says so. */
  readonly end: () => void;
}

/** So many resources fit into a message, whatever is in them. */
const PAGE = 64;

/**
 * Carries for whoever connects to the listening socket, and goes on when they have gone, until disposed. The socket is its own
 * from now on.
 */
export function serveCarrier(parts: ServeCarrierParts, listener: number): Disposable {
  const { ffi, libc, carrier, end } = parts;
  /** Sockets that keep ports, by the key of what is carried from there: copies, of which this process disposes. */
  const held = new Map<string, HeldSocket>();
  const clients = new Set<MessageSocket>();

  const watch = ffi.watchReadable(listener, true, () => {
    const fd = acceptAtMeetingPlace(libc, listener);
    if (fd === undefined) return;
    let last = Promise.resolve();
    const client = new MessageSocket(parts, fd, {
      message(value, passed) {
        // One after the other, as they were said.
        last = last.then(async () => {
          const { reply, fd: own } = await answer(asRequest(value), passed);
          client.send(reply, own);
        });
      },
      end() {
        clients.delete(client);
        void last.then(endIfIdle);
      },
    });
    clients.add(client);
  });
  return {
    [Symbol.dispose]() {
      watch[Symbol.dispose]();
      // First: whoever sees this process end may take its name at once.
      libc.close(listener);
      for (const client of clients) client.close();
      for (const key of [...held.keys()]) forget(key);
    },
  };

  function endIfIdle(): void {
    if (clients.size === 0 && held.size === 0) end();
  }

  async function answer(request: Request, passed: number | undefined): Promise<Answer> {
    try {
      return await perform(request, passed);
    } catch (error) {
      return { reply: { error: error instanceof Error ? error.message : String(error) } };
    }
  }

  async function perform(request: Request, passed: number | undefined): Promise<Answer> {
    switch (request.do) {
      case "hello":
        return { reply: { version: VERSION } };
      case "start":
        return { reply: await start(request, passed) };
      case "stop":
        await carrier.stop(request.key);
        forget(request.key);
        return { reply: { left: held.size } };
      case "list": {
        const all = await carrier.carried();
        const page = all.slice(request.from, request.from + PAGE);
        return { reply: { resources: page, more: request.from + PAGE < all.length } };
      }
      case "socket":
        return { reply: {}, fd: [...held.values()].find(({ port }) => isSame(port, request.port))?.fd };
      case "end":
        end();
        return { reply: {} };
    }
  }

  async function start({ resource, held: port }: Extract<Request, { do: "start" }>, fd = -1): Promise<Reply> {
    try {
      await carrier.start(resource, { port, fd });
    } catch (error) {
      libc.close(fd);
      throw error;
    }
    forget(resource.key);
    held.set(resource.key, { port, fd });
    return {};
  }

  function forget(key: string): void {
    const socket = held.get(key);
    held.delete(key);
    if (socket !== undefined) libc.close(socket.fd);
  }
}

interface Answer {
  readonly reply: Reply;
  readonly fd?: number | undefined;
}

const isSame = (one: HeldPort, other: HeldPort): boolean =>
  one.protocol === other.protocol && one.address === other.address && one.port === other.port;
