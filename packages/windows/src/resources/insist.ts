import { HcnError } from "../hcn/hcn-error.ts";

/** Waits so many ms. */
export type Pause = (ms: number) => Promise<void>;

/** In ms: what HNS deletes is gone a moment after it says so, and the service comes back a moment after it stopped. */
const PAUSES = [100, 200, 400, 800, 1_600];

/** The codes of "it is there already" and "it is being used", which may be about an object that is still going. */
const PASSING = new Set([
  0x803b0010, 0x803b0013, 0x803b002c, 0x803b002f, 0x800700b7, 0x80071392, 0x80070034, 0x80070020,
]);
/** HNS itself is coming or going. */
const AWAY = new Set([0x803b0020, 0x800706ba, 0x800706be, 0x800706bf]);

/**
 * Tries again and again, with longer and longer pauses, as long as what is in the way is likely to go: an object that is being
 * deleted, or HNS being away. `blocked` looks whether somebody else's object is in the way, and throws then.
 */
export async function insist<T>(
  attempt: () => Promise<T>,
  pause: Pause,
  blocked: (error: HcnError) => Promise<void> = async () => undefined,
): Promise<T> {
  for (const ms of PAUSES) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof HcnError)) throw error;
      if (PASSING.has(error.hresult)) await blocked(error);
      else if (!AWAY.has(error.hresult)) throw error;
    }
    await pause(ms);
  }
  return await attempt();
}
