import type { FuzzTarget } from "../target.ts";

export const targets = (): readonly FuzzTarget[] => [
  {
    name: "endless",
    generate: (random) => Uint8Array.of(Math.floor(random() * 256)),
    run([byte = 0]) {
      while (byte === 7);
    },
  },
];
