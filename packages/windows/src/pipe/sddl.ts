/**
 * Who may use the daemon's pipe: the system and administrators (FA: everything), and none of them from another machine (NU:
 * logged on over the network). P: nothing is inherited. Windows' default would let everybody read.
 */
export const ADMINISTRATORS_ONLY = "D:P(D;;FA;;;NU)(A;;FA;;;SY)(A;;FA;;;BA)";

/** The entries of a DACL in SDDL, in their order; undefined where there is none. A pipe has nothing to inherit any from. */
export function daclEntries(sddl: string): readonly string[] | undefined {
  const [, entries] = /D:[A-Z]*((?:\([^)]*\))*)/.exec(sddl) ?? [];
  if (entries === undefined) return undefined;
  return [...entries.matchAll(/\(([^)]*)\)/g)].map(([, entry = ""]) => entry.replace(FULL, "FA"));
}

/** FILE_ALL_ACCESS, where it is written as a number. */
const FULL = "0x1f01ff";
