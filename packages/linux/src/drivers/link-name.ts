/** dev_valid_name() of the kernel, and its IFNAMSIZ. */
export const isLinkName = (name: string): boolean => /^(?!\.{1,2}$)[^\s/:]{1,15}$/.test(name);

/** Every namespace has loopback; the others are what settings of all links at once are called. */
const TAKEN: ReadonlySet<string> = new Set(["lo", "all", "default"]);

/** What a new link may be called. */
export const isNewLinkName = (name: string): boolean => isLinkName(name) && !TAKEN.has(name);
