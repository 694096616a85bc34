/** The predefined network that leads out, where sandboxes are that name none. */
export const DEFAULT_NETWORK = process.platform === "win32" ? "nat" : "bridge";
