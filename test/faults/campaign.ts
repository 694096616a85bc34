import type { Checker } from "./checker.ts";
import { lineText } from "./journal.ts";
import { Model } from "./model.ts";
import { seededRandom } from "./seeded-random.ts";
import type { Moment, Subject } from "./subject.ts";

export interface CampaignOptions {
  readonly kills: number;
  readonly seed: number;
  readonly sabotage: boolean;
  readonly subject: Subject;
  readonly checker: Checker;
  /** After each check. */
  readonly progress: (tally: Tally) => void;
  /** Stops it, with its reason thrown. */
  readonly signal: AbortSignal;
}

export interface Tally {
  readonly survived: number;
  /** Operations that ended well before a kill. */
  readonly done: number;
  /** Operations that were cut off, and what the restart made of them. */
  readonly finished: number;
  readonly undone: number;
  readonly paths: number;
}

export interface Outcome {
  readonly tally: Tally;
  readonly findings: readonly string[];
  /** The journal since the last check that found nothing. */
  readonly journal: readonly string[];
}

/** How often a killed process is followed by one that is killed while it cleans up. */
const DEATH_IN_START = 0.3;

/** Kills, checks, and goes on, until something is wrong. */
export async function runCampaign(options: CampaignOptions): Promise<Outcome> {
  const { kills, seed, sabotage, subject, checker, progress, signal } = options;
  const random = seededRandom(seed);
  const model = new Model();
  let journal: string[] = [];
  let tally: Tally = { survived: 0, done: 0, finished: 0, undone: 0, paths: 0 };
  try {
    for (let kill = 1; kill <= kills; kill++) {
      const name = String(kill);
      const moment = drawMoment(random, kill > tally.survived + 1, subject.starting);
      signal.throwIfAborted();
      const { lines, suicide } = await subject.work({ seed: seed * 1_000 + kill, name }, moment, signal);
      signal.throwIfAborted();
      for (const line of lines) model.take(line);
      journal.push(...lines.map(lineText), `killed: ${name}, ${JSON.stringify(moment)}`);
      tally = { ...tally, done: tally.done + lines.filter(({ event }) => event === "done").length };
      if (suicide !== undefined) return { tally, findings: [`the process ended by itself: ${suicide}`], journal };
      if (random() < DEATH_IN_START && kill < kills) continue;

      const { findings, ...counts } = await checker.check(model, sabotage);
      if (findings.length > 0) return { tally, findings, journal };
      tally = add(tally, kill, counts);
      journal = [];
      progress(tally);
    }
    return { tally, findings: await checker.finish(), journal };
  } finally {
    await subject.close();
  }
}

function add(tally: Tally, survived: number, counts: Omit<Tally, "survived" | "done">): Tally {
  const { done, finished, undone, paths } = tally;
  return {
    survived,
    done,
    finished: finished + counts.finished,
    undone: undone + counts.undone,
    paths: paths + counts.paths,
  };
}

/** `start`: while the process opens its state and cleans up after the one before. */
function drawMoment(random: () => number, start: boolean, { from, to }: Subject["starting"]): Moment {
  if (start) return { steps: 1, microseconds: Math.floor((from + random() * (to - from)) * 1_000) };
  return { steps: 2 + Math.floor(random() * 80), microseconds: Math.floor(random() * 4_000) };
}
