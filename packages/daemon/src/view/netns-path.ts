import type { Sandbox } from "@cnm/core";

/** A path of its namespace for other processes: in the daemon's own words the host's stack is "mine". */
export const netnsPath = ({ namespace: { host, path } }: Pick<Sandbox, "namespace">): string =>
  host === true ? path.replace(/^\/proc\/(?:self|thread-self)\//, `/proc/${process.pid}/`) : path;
