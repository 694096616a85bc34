import type { Logger } from "@cnm/core";
import { destination, type LevelWithSilent, pino } from "pino";

/** JSON lines on stderr; synchronous, so that the last one before an end is not lost. */
export function createLogger(level: LevelWithSilent): Logger {
  return pino({ level, base: null }, destination({ fd: 2, sync: true }));
}
