import type { Koffi } from "./koffi.ts";
import type { Handle } from "./types.ts";

export interface NotificationCallback {
  /** What the library is given. */
  readonly address: Handle;
  /** Once the library has been told to forget it, and not before. */
  release(): void;
}

/**
 * HCN_NOTIFICATION_CALLBACK. HNS calls on a thread of its own, which waits until this thread has run `notify`: so this
 * thread must never wait for HNS while a notification may be on its way.
 */
export function notificationCallback(
  koffi: Koffi,
  notify: (type: number, status: number, data: string | null) => void,
): NotificationCallback {
  const type = koffi.pointer(koffi.proto("void", ["uint32_t", "void *", "int32_t", "str16"]));
  const address = koffi.register((type, _context, status, data) => {
    notify(Number(type), Number(status) >>> 0, typeof data === "string" ? data : null);
  }, type);
  return { address, release: () => koffi.unregister(address) };
}
