import { netlinkDecoders } from "../../record/decoders.ts";
import { mutate } from "../mutate.ts";
import { pick } from "../pick.ts";
import type { FuzzTarget } from "../target.ts";

/** Every decoder of what the kernel sends, fed with recorded bytes that have been tampered with. */
export const netlink = (): readonly FuzzTarget[] =>
  netlinkDecoders().map(({ name, seeds, decode }) => ({
    name,
    generate: (random) => mutate(pick(random, seeds), random),
    run: decode,
  }));
