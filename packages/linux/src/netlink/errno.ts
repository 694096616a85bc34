import { constants } from "node:os";

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(constants.errno).map(([name, code]) => [code, name]));

/** Used inside the kernel, and seen by netlink users all the same. */
const KERNEL_ONLY: ReadonlyMap<number, string> = new Map([
  [85, "ERESTART"],
  [524, "ENOTSUPP"],
]);

/** "EEXIST" for 17; "errno 999" for what has no name. */
export const errnoName = (errno: number): string => NAMES.get(errno) ?? KERNEL_ONLY.get(errno) ?? `errno ${errno}`;
