import { createController, memoryStore, type Platform, type Store } from "@cnm/core";
import { type DriverHost, FakeNameServers, keptStore } from "@cnm/core/testing";
import { createWindowsPlatform, openHcnClient } from "@cnm/windows";
import { blindInspector } from "@cnm/windows/testing";
import { emulatorPaths } from "./emulator.ts";

/** A Windows platform on the emulator, without what the emulator does not have: names, and other programs. */
export async function emulatedPlatform() {
  const { computenetwork, vmcompute } = emulatorPaths();
  const nameServers = new FakeNameServers();
  return createWindowsPlatform({
    client: await openHcnClient({ libraries: { computenetwork, vmcompute } }),
    compartments: {
      openNameServer: async (spec) => nameServers.open(spec),
      upstream: nameServers.upstream,
      connect: () => Promise.reject(new Error("nothing is connected here")),
      close: async () => undefined,
    },
    facts: { id: "wine", ipv6: true, mtu: 1500 },
    inspector: blindInspector,
  });
}

/** A controller on it, and one after the other with the same store. */
export async function emulatedHost(store: Store = memoryStore()): Promise<DriverHost> {
  const platform = await emulatedPlatform();
  const controller = await createController({ platform, store: keptStore(store) });
  return {
    controller,
    platform: platform as unknown as Platform,
    restart: async () => {
      await controller.close();
      return await emulatedHost(store);
    },
    close: async () => {
      await controller.close();
      await store.close();
    },
  };
}
