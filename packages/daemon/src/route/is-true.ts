/** A query parameter that says yes, in any of the ways that Docker's clients have for it. */
export const isTrue = (text: string | undefined): boolean => text !== undefined && /^(?:1|t|true|on|yes)$/i.test(text);
