import type { Logger } from "../contracts/logger.ts";
import type { Platform } from "../contracts/platform.ts";
import type { Store } from "../contracts/store.ts";
import type { Prober } from "../health/prober.ts";
import type { NetworkDefaults } from "../options/parse-network-spec.ts";
import type { PortAllocator } from "../ports/port-allocator.ts";
import type { AddressBook } from "./address-book.ts";
import type { SandboxRunner } from "./controller-options.ts";
import type { ControllerEvents } from "./events.ts";
import type { IpamRegistry } from "./ipam-registry.ts";
import type { Locks } from "./locks.ts";
import type { ModelIndex } from "./model-index.ts";
import type { Planner } from "./planner.ts";
import type { PublishedServices } from "./published-services.ts";
import type { SharedResources } from "./shared-resources.ts";
import type { StoreWriter } from "./store-writer.ts";

/** What every operation works with. */
export interface Context {
  readonly platform: Platform;
  readonly store: Store;
  readonly writer: StoreWriter;
  readonly index: ModelIndex;
  readonly planner: Planner;
  readonly services: PublishedServices;
  readonly shared: SharedResources;
  readonly ipam: IpamRegistry;
  readonly addresses: AddressBook;
  readonly ports: PortAllocator;
  /** Why published ports are not held after a restart, by endpoint. */
  readonly unheldPorts: Map<string, unknown>;
  readonly locks: Locks;
  readonly defaults: NetworkDefaults;
  readonly runInSandbox: SandboxRunner | undefined;
  /** Tests the health of tasks. */
  readonly prober: Prober;
  readonly logger: Logger;
  /** Tells whoever listens. A listener that throws does not fail the operation. */
  emit<Name extends keyof ControllerEvents>(name: Name, event: ControllerEvents[Name]): void;
}
