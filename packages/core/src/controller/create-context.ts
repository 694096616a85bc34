import { silentLogger } from "../contracts/logger.ts";
import { systemClock } from "../discovery/forward/clock.ts";
import { defaultIpam } from "../ipam/default-ipam.ts";
import { nullIpam } from "../ipam/null-ipam.ts";
import { createPortAllocator } from "../ports/port-allocator.ts";
import { AddressBook } from "./address-book.ts";
import type { Context } from "./context.ts";
import type { ControllerOptions } from "./controller-options.ts";
import { createProber } from "./create-prober.ts";
import { EndOfTurn } from "./end-of-turn.ts";
import { EventHub } from "./event-hub.ts";
import type { ControllerEvents } from "./events.ts";
import { IpamRegistry } from "./ipam-registry.ts";
import { Locks } from "./locks.ts";
import { ModelIndex } from "./model-index.ts";
import { reasonOf } from "./operation-error.ts";
import { Planner } from "./planner.ts";
import { PublishedServices } from "./published-services.ts";
import { SharedResources } from "./shared-resources.ts";
import { StoreWriter } from "./store-writer.ts";

/** The parts that a controller is made of, each given what it needs. */
export function createContext(options: ControllerOptions): {
  readonly context: Context;
  readonly events: EventHub<ControllerEvents>;
} {
  const { platform, store, addressPools, ipamDrivers = [], logger = silentLogger } = options;
  const localPools = addressPools === undefined ? {} : { localPools: addressPools };
  const ipam = new IpamRegistry([
    defaultIpam({ hostId: platform.facts.id, ...localPools }),
    nullIpam(),
    ...(platform.ipamDrivers ?? []),
    ...ipamDrivers,
  ]);
  const end = new EndOfTurn();
  const writer = new StoreWriter(store, logger, end);
  const index = new ModelIndex();
  const services = new PublishedServices();
  const events = new EventHub<ControllerEvents>();
  const context: Context = {
    platform,
    store,
    writer,
    index,
    planner: new Planner(platform, index, services),
    services,
    shared: new SharedResources(platform, writer),
    ipam,
    addresses: new AddressBook(ipam),
    ports: createPortAllocator(platform.ports),
    unheldPorts: new Map(),
    locks: new Locks(end),
    defaults: {
      driver: options.defaultDriver ?? platform.defaultDriver ?? "bridge",
      options: options.defaultNetworkOptions ?? {},
    },
    runInSandbox: options.runInSandbox,
    prober: createProber(() => context, options.clock ?? systemClock),
    logger,
    emit: (name, event) => {
      try {
        events.emit(name, event);
      } catch (error) {
        logger.error({ err: error }, `a listener of ${name} failed: ${reasonOf(error)}`);
      }
    },
  };
  return { context, events };
}
