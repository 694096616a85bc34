import type { FuzzTarget } from "../target.ts";
import { addresses } from "./addresses.ts";
import { dns } from "./dns.ts";
import { journal } from "./journal.ts";
import { netlink } from "./netlink.ts";
import { options } from "./options.ts";
import { roundTrip } from "./round-trip.ts";
import { savedRules } from "./saved-rules.ts";
import { services } from "./services.ts";

export const targets = (): readonly FuzzTarget[] => [
  ...netlink(),
  ...roundTrip(),
  ...addresses(),
  ...dns(),
  ...options(),
  ...services(),
  ...savedRules(),
  ...journal(),
];
