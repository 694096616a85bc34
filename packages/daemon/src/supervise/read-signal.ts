import { constants } from "node:os";
import { CnmError } from "@cnm/core";

/** "SIGTERM", "term", "15" as a number. @throws CnmError `invalid` in Docker's words */
export function readSignal(text: string): number {
  const upper = text.toUpperCase();
  const name = upper.startsWith("SIG") ? upper : `SIG${upper}`;
  const number = /^\d+$/.test(text)
    ? Object.values(constants.signals).find((known) => known === Number(text))
    : Object.entries(constants.signals).find(([known]) => known === name)?.[1];
  if (number !== undefined) return number;
  throw new CnmError("invalid", "bad-signal", `Invalid signal: ${text}`);
}

/** What a shell says of a program that a signal ended. */
export const statusOfSignal = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];
