import { CnmError, type NameServer } from "@cnm/core";
import { systemLibrary } from "../ffi/windows-libraries.ts";
import { CompartmentThread } from "./compartment-thread-handle.ts";
import { CompartmentThreads } from "./compartment-threads.ts";
import type { Compartments, CompartmentsParts } from "./compartments.ts";
import { connectInCompartment } from "./connect.ts";
import { compartmentUpstream } from "./upstream.ts";

/** Beside this file, once both are built. */
const THREAD = new URL("./compartment-thread.js", import.meta.url);

export function openCompartments({
  compartmentOf,
  iphlpapi = systemLibrary("iphlpapi"),
  threadFile = THREAD,
}: CompartmentsParts): Compartments {
  const threads = new CompartmentThreads((compartment) =>
    CompartmentThread.start(threadFile, { compartment, iphlpapi }),
  );
  const open = new Set<NameServer>();
  let closed = false;

  const take = async (namespacePath: string) => {
    if (closed) throw new CnmError("internal", "compartment", "the platform has been closed");
    return await threads.take(await compartmentOf(namespacePath));
  };

  return {
    async openNameServer(spec) {
      const { thread, give } = await take(spec.namespacePath);
      try {
        const number = await thread.serve(spec);
        const server: NameServer = {
          async close() {
            if (!open.delete(server)) return;
            await thread.close(number);
            await give();
          },
        };
        open.add(server);
        return server;
      } catch (error) {
        await give();
        throw error;
      }
    },

    upstream: compartmentUpstream(take),

    connect: (target, options) => connectInCompartment(take, target, options),

    async close() {
      closed = true;
      await Promise.all([...open].map((server) => server.close()));
      await threads.close();
    },
  };
}
