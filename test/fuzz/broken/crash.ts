import type { FuzzTarget } from "../target.ts";

/** Fails on every tenth input or so; what is refused as agreed is no failure. */
export const targets = (): readonly FuzzTarget[] => [
  {
    name: "fragile",
    generate: (random) => Uint8Array.of(Math.floor(random() * 256)),
    run([byte = 0]) {
      if (byte < 25) throw new RangeError("too small");
      if (byte > 250) throw Object.assign(new Error("refused"), { name: "DecodeError" });
    },
  },
];
