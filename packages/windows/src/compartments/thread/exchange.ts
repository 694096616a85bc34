import { createSocket } from "node:dgram";
import { connect } from "node:net";
import type { NameServerPeer, Via } from "@cnm/core";
import { FrameReader, frame } from "@cnm/core/nameserver";

export interface Exchange {
  /** Nothing is said any more. */
  close(): void;
}

export interface ExchangeEvents {
  /** Over UDP there may be several: anybody can send in the server's name. */
  answer(message: Uint8Array): void;
  /** Then it is closed. */
  failed(error: Error): void;
}

/** One query to a server from a socket of its own, with a random port, in the compartment of this thread. */
export const openExchange = (via: Via, to: NameServerPeer, query: Uint8Array, events: ExchangeEvents): Exchange =>
  via === "udp" ? overUdp(to, query, events) : overTcp(to, query, events);

function overUdp({ address, port }: NameServerPeer, query: Uint8Array, { answer, failed }: ExchangeEvents): Exchange {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    socket.close();
  };
  const fail = (error: Error): void => {
    if (!open) return;
    close();
    failed(error);
  };
  socket.on("message", (message) => {
    if (open) answer(new Uint8Array(message));
  });
  // Nobody listens there, or no way leads there.
  socket.on("error", fail);
  // Connected, it hears nobody but the server.
  socket.connect(port, address, () => {
    if (open) socket.send(query, (error) => error !== null && fail(error));
  });
  return { close };
}

function overTcp({ address, port }: NameServerPeer, query: Uint8Array, { answer, failed }: ExchangeEvents): Exchange {
  const socket = connect({ host: address, port });
  const reader = new FrameReader();
  let open = true;
  const close = (): void => {
    open = false;
    socket.destroy();
  };
  const fail = (error: Error): void => {
    if (!open) return;
    close();
    failed(error);
  };
  socket.on("data", (chunk) => {
    if (!open) return;
    reader.push(chunk);
    const message = reader.next();
    if (message === "broken") fail(new Error("what it sends is no DNS message"));
    else if (message !== undefined) {
      close();
      answer(new Uint8Array(message));
    }
  });
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("it closed the connection without an answer")));
  socket.write(frame(query));
  return { close };
}
