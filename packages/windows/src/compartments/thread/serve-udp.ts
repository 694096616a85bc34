import { createSocket, type RemoteInfo } from "node:dgram";
import { DNS_HEADER } from "@cnm/core/nameserver";

export interface UdpServer {
  readonly port: number;
  close(): Promise<void>;
}

type Ask = (via: "udp", peer: RemoteInfo, query: Uint8Array, settle: (answer: Uint8Array | undefined) => void) => void;

/** Packets at one address. An answer goes back to where its query came from, and is lost when nobody takes it. */
export function serveUdp(
  { address, port }: { readonly address: string; readonly port: number },
  ask: Ask,
  broken: (error: unknown) => void,
): Promise<UdpServer> {
  const six = address.includes(":");
  const socket = createSocket({ type: six ? "udp6" : "udp4", ipv6Only: six });
  let open = true;
  socket.on("message", (query, peer) => {
    if (query.length < DNS_HEADER) return;
    ask("udp", peer, query, (answer) => {
      // An asker that has gone is no fault of the server's.
      if (open && answer !== undefined) socket.send(answer, peer.port, peer.address, () => undefined);
    });
  });
  return new Promise((resolve, reject) => {
    const refused = (error: Error): void => {
      socket.close();
      reject(error);
    };
    socket.once("error", refused);
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off("error", refused);
      socket.on("error", broken);
      resolve({
        port: socket.address().port,
        close: () =>
          new Promise<void>((closed) => {
            open = false;
            socket.close(() => closed());
          }),
      });
    });
  });
}
