import type { Said } from "./docker-cli.ts";

/** What may differ between two daemons that say the same: ids, times, hardware addresses, and who has an image. */
const ASIDE: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{64}\b/g, "<id>"],
  [/\b[0-9a-f]{12}\b/g, "<id>"],
  // Those of a swarm.
  [/\b[0-9a-z]{25}\b/g, "<id>"],
  [/\b(?=[a-z]*\d)[0-9a-z]{12}\b/g, "<id>"],
  // One in fifty has no digit: it is known by its place, the first column or a line of its own.
  [/^[0-9a-z]{12}(?= {2}|$)/gm, "<id>"],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| ?[+-]\d\d:?\d\d)?(?: UTC)?/g, "<time>"],
  [/"time(Nano)?":\d+/g, '"time$1":0'],
  [/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, "<mac>"],
  [/(?:Less than a second|About a minute|\d+ (?:second|minute)s?)/g, "<span>"],
  [/peerimage|<no image>/g, "<image>"],
  [/image=(?:<image>)?/g, "image="],
  [/\(\d{10}\)/g, "(<time>)"],
  [/"(?:from|image)":"(?:<image>)?"/g, '"image":""'],
];

export interface Rewriting {
  readonly pattern: string;
  readonly instead: string;
  readonly reason: string;
}

/** @param more What stays different everywhere, for reasons that stand beside it. */
export function normalise({ status, stdout, stderr }: Said, more: readonly Rewriting[]): Said {
  const all = [...ASIDE, ...more.map(({ pattern, instead }) => [new RegExp(pattern, "g"), instead] as const)];
  return { status, stdout: text(stdout, all), stderr: text(stderr, all) };
}

function text(given: string, all: typeof ASIDE): string {
  const aside = all.reduce((done, [pattern, instead]) => done.replace(pattern, instead), sortedPools(given));
  // Columns are as wide as what stands in them.
  return aside
    .split("\n")
    .map((line) => line.replace(/ {2,}/g, "  ").trimEnd())
    .join("\n");
}

const POOLS = /("Config": ?\[\s*)(\{[^[\]]*\})(\s*\])/g;

/** The docker command keeps subnets in a map, and sends them in an order of its own. */
const sortedPools = (given: string): string =>
  given.replace(POOLS, (_, before: string, pools: string, after: string) => {
    const each = pools.split(/(?<=\}),\s*(?=\{)/);
    return `${before}${each.sort().join(",")}${after}`;
  });
