import type { Store } from "../contracts/store.ts";
import { LocalStore } from "./local-store.ts";
import { memoryBackend } from "./memory-backend.ts";

/**
 * A store that ends with this process.
 *
 * @example const controller = await createController({ platform, store: memoryStore() });
 */
export function memoryStore(): Store {
  return new LocalStore(memoryBackend());
}
