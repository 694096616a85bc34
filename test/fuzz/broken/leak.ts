import type { FuzzTarget } from "../target.ts";

const kept: string[][] = [];

export const targets = (): readonly FuzzTarget[] => [
  {
    name: "hoarder",
    generate: () => new Uint8Array(1),
    run: () => kept.push(Array.from({ length: 1_000 }, (_, index) => `${kept.length} ${index}`)),
  },
];
