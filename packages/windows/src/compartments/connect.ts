import type { Duplex } from "node:stream";
import { type CallOptions, type ConnectTarget, noConnection } from "@cnm/core";
import type { CompartmentThread } from "./compartment-thread-handle.ts";
import type { CrossingConnection } from "./crossing-connection.ts";

type Take = (
  namespacePath: string,
) => Promise<{ readonly thread: CompartmentThread; readonly give: () => Promise<void> }>;

/** See `Platform.connect`. The thread in the compartment is kept for as long as the connection is open. */
export async function connectInCompartment(
  take: Take,
  target: ConnectTarget,
  { signal }: CallOptions = {},
): Promise<Duplex> {
  signal?.throwIfAborted();
  const connection = await begun(take, target);
  // Until it is there, what goes wrong is told by its not becoming ready.
  const ignored = (): void => undefined;
  connection.on("error", ignored);
  const giveUp = (): void => void connection.destroy();
  signal?.addEventListener("abort", giveUp, { once: true });
  try {
    signal?.throwIfAborted();
    await connection.ready;
    connection.off("error", ignored);
    return connection;
  } catch (error) {
    connection.destroy();
    signal?.throwIfAborted();
    const { code, message } = error as NodeJS.ErrnoException;
    throw noConnection(target, code ?? message, error);
  } finally {
    signal?.removeEventListener("abort", giveUp);
  }
}

/** It keeps its thread until it is closed; a thread that has ended begins none. */
async function begun(take: Take, target: ConnectTarget): Promise<CrossingConnection> {
  const { thread, give } = await take(target.namespacePath);
  try {
    const connection = thread.connect(target);
    connection.once("close", () => void give());
    return connection;
  } catch (error) {
    await give();
    throw error;
  }
}
