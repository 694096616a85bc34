/** As long as Docker shows them. */
export const shortId = (id: string): string => id.slice(0, 12);
