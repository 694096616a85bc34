import { guid, isGuid } from "../guid.ts";
import { type HcnNotification, NOTIFICATIONS } from "../notification.ts";

export const SERVICE_DISCONNECT = 0x01000000;

type Type = keyof typeof NOTIFICATIONS;

const TYPES: ReadonlyMap<number, Type> = new Map(
  Object.entries(NOTIFICATIONS).map(([name, value]) => [value, name as Type]),
);

/** Undefined for types that this version of cnm does not know. */
export function readNotification(number: number, data: string | null): HcnNotification | undefined {
  const type = TYPES.get(number);
  if (type === undefined) return undefined;
  const base = parse(data);
  if (typeof base !== "object" || base === null) return { type };
  const id = "ID" in base && typeof base.ID === "string" && isGuid(base.ID) ? { id: guid(base.ID) } : {};
  return { type, ...id, ...("Data" in base && base.Data !== null ? { data: base.Data } : {}) };
}

/** What cannot be read still tells that something happened. */
function parse(data: string | null): unknown {
  try {
    return JSON.parse(data ?? "null");
  } catch {
    return undefined;
  }
}
