import { randomInt } from "node:crypto";

const ADJECTIVES = ["brisk", "calm", "eager", "fond", "keen", "lucid", "merry", "quiet", "swift", "warm"];
const NOUNS = ["anchor", "beacon", "canal", "ferry", "harbour", "lantern", "mast", "pier", "sail", "tide"];

/** For who names nothing: two words that one can say, and digits against clashes. */
export const inventName = (): string => `${pick(ADJECTIVES)}_${pick(NOUNS)}_${randomInt(1000, 10_000)}`;

const pick = (words: readonly string[]): string => words[randomInt(words.length)] ?? "";
