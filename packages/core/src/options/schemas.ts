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
