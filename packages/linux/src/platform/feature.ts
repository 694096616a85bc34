import type { Feature } from "@cnm/core";

export const feature = (available: boolean, reason: string): Feature =>
  available ? { available } : { available, reason };
