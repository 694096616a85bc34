import { connect } from "node:net";

/** A connection, as whoever crosses into its compartment needs it. */
export interface Connection {
  /** The next that comes in is to be told; nothing is before. */
  read(): void;
  write(chunk: Uint8Array): void;
  /** Nothing more is written. */
  finish(): void;
  destroy(): void;
}

export interface ConnectionEvents {
  connected(): void;
  data(chunk: Uint8Array): void;
  written(): void;
  finished(): void;
  /** Comes once, whoever ended it. */
  gone(error: Error | undefined): void;
}

/** A TCP connection from the compartment of this thread. What comes in waits until it is asked for, piece by piece. */
export function openConnection(address: string, port: number, events: ConnectionEvents): Connection {
  const socket = connect({ host: address, port, allowHalfOpen: true });
  let failure: Error | undefined;
  socket.pause();
  socket.once("connect", events.connected);
  socket.on("data", (chunk) => {
    socket.pause();
    // A copy of its own: to cross, it takes all of the memory along that it is a part of.
    events.data(new Uint8Array(chunk));
  });
  socket.once("end", events.finished);
  socket.once("error", (error) => {
    failure = error;
  });
  socket.once("close", () => events.gone(failure));
  return {
    read: () => void socket.resume(),
    write: (chunk) => void socket.write(chunk, (error) => error || events.written()),
    finish: () => void socket.end(),
    destroy: () => void socket.destroy(),
  };
}
