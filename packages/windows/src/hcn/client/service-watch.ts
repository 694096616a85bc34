import { CnmError } from "@cnm/core";
import type { COMPUTENETWORK } from "../../ffi/computenetwork.ts";
import type { Koffi } from "../../ffi/koffi.ts";
import type { Library } from "../../ffi/library.ts";
import { type NotificationCallback, notificationCallback } from "../../ffi/notification-callback.ts";
import type { Handle } from "../../ffi/types.ts";
import { HcnError } from "../hcn-error.ts";
import type { HcnNotification } from "../notification.ts";
import { Broadcast } from "./broadcast.ts";
import { readNotification, SERVICE_DISCONNECT } from "./read-notification.ts";

const FIRST_RETRY = 100;
const LAST_RETRY = 5_000;

export interface ServiceWatchParts {
  readonly koffi: Koffi;
  readonly library: Library<typeof COMPUTENETWORK>;
}

/**
 * HNS's notifications. When HNS stops, its registration is worth nothing any more: the watch registers again until HNS
 * answers, and then tells its readers to list anew.
 */
export class ServiceWatch {
  readonly #library: Library<typeof COMPUTENETWORK>;
  readonly #callback: NotificationCallback;
  readonly #readers = new Broadcast<HcnNotification>({ type: "Relist" });
  #registration: Handle | undefined;
  #renewal: Promise<void> = Promise.resolve();
  #renewing = false;
  #closed = false;
  #stopWaiting: () => void = () => undefined;

  /** Throws HcnError when HNS does not take the registration. */
  static async open(parts: ServiceWatchParts): Promise<ServiceWatch> {
    const watch = new ServiceWatch(parts);
    try {
      await watch.#register();
    } catch (error) {
      watch.#callback.release();
      throw error;
    }
    return watch;
  }

  private constructor({ koffi, library }: ServiceWatchParts) {
    this.#library = library;
    this.#callback = notificationCallback(koffi, (type, _status, data) => this.#notified(type, data));
  }

  subscribe(options?: { readonly signal?: AbortSignal }): AsyncIterable<HcnNotification> {
    return this.#readers.subscribe(options);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#readers.close();
    this.#stopWaiting();
    await this.#renewal;
    await this.#unregister();
    this.#callback.release();
  }

  /** On this thread, while HNS's waits: everything else comes later. */
  #notified(type: number, data: string | null): void {
    if (this.#closed) return;
    if (type === SERVICE_DISCONNECT) this.#renew();
    else {
      const notification = readNotification(type, data);
      if (notification !== undefined) this.#readers.publish(notification);
    }
  }

  #renew(): void {
    if (this.#renewing) return;
    this.#renewing = true;
    this.#renewal = this.#renewUntilTaken().finally(() => {
      this.#renewing = false;
    });
  }

  async #renewUntilTaken(): Promise<void> {
    // HNS may have forgotten it already, or may not be there to say so.
    await this.#unregister().catch(() => undefined);
    for (let pause = FIRST_RETRY; !this.#closed; pause = Math.min(pause * 2, LAST_RETRY)) {
      try {
        await this.#register();
        this.#readers.publish({ type: "Relist" });
        return;
      } catch (error) {
        // It is being started, or is disabled for now: what its clients do meanwhile fails, and says why.
        if (!(error instanceof CnmError)) throw error;
        await this.#pause(pause);
      }
    }
  }

  #pause(time: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, time);
      timer.unref();
      this.#stopWaiting = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #register(): Promise<void> {
    const register = this.#library.function("HcnRegisterServiceCallback");
    const { result, back } = await register.async(this.#callback.address, null);
    if (result >= 0x80000000) throw new HcnError({ operation: "HcnRegisterServiceCallback", hresult: result });
    [this.#registration] = back;
  }

  /** Off this thread: HNS waits for notifications that are on their way to it. */
  async #unregister(): Promise<void> {
    const registration = this.#registration;
    if (registration === undefined) return;
    this.#registration = undefined;
    const { result } = await this.#library.function("HcnUnregisterServiceCallback").async(registration);
    if (result >= 0x80000000) throw new HcnError({ operation: "HcnUnregisterServiceCallback", hresult: result });
  }
}
