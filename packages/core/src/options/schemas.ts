import * as v from "valibot";

/** What options are made of. Every message is a predicate that follows the option's path. */
export const text = v.string("has to be a text");
export const flag = v.boolean("has to be true or false");
export const integer = v.pipe(v.number("has to be a whole number"), v.integer("has to be a whole number"));

const LONGEST_NAME = 255;

/** Names stand in paths and in tables: no slash, no control characters, no space around them. */
export const name = v.pipe(
  text,
  v.regex(/^[^\s\p{C}/]([^\p{C}/]*[^\s\p{C}/])?$/u, "has to be a name without slashes or spaces around it"),
  v.maxLength(LONGEST_NAME, `has to be at most ${LONGEST_NAME} characters long`),
);

export const texts = v.array(text, "has to be a list of texts");
export const names = v.array(name, "has to be a list of names");
export const textMap = v.record(text, text, "has to be an object of texts");

/** Host names and domains stand in files that are read word by word. An underscore is not of RFC 1123, but in use. */
const DOMAIN =
  /^(?=.{1,253}$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)*[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;
export const isDomain = (given: string): boolean => DOMAIN.test(given);
export const domain = v.pipe(text, v.check(isDomain, "has to be of letters, digits, hyphens and dots"));
