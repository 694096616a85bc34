const LONGEST_LABEL = 63;
/** Of the 255 bytes on the wire, one is the root's, and each label's length takes the place of a dot. */
const LONGEST_NAME = 253;

/** Whether a question can ask for it (RFC 1035 §2.3.4): other names of sandboxes exist, but not in the DNS. */
export function isDnsName(name: string): boolean {
  if (Buffer.byteLength(name) > LONGEST_NAME) return false;
  return name.split(".").every((label) => label !== "" && Buffer.byteLength(label) <= LONGEST_LABEL);
}

/** The form in which names are compared. */
export const foldName = (name: string): string => name.toLowerCase();

export const withoutTrailingDot = (name: string): string => (name.endsWith(".") ? name.slice(0, -1) : name);
