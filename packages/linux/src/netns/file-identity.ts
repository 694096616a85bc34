import { fstatSync, statSync } from "node:fs";
import type { Libc } from "../ffi/libc.ts";

/** asm/unistd.h */
const SYS_STATX: Readonly<Record<string, number>> = { x64: 332, arm64: 291 };

/** linux/fcntl.h, linux/stat.h: struct statx and what of it is wanted. */
const AT_FDCWD = -100;
const AT_EMPTY_PATH = 0x1000;
const STATX_INO = 0x100;
const STATX = 256;
const INO_AT = 32;
const DEV_AT = 136;

/** Which file it is: no other has the same numbers for as long as it is open. */
export interface FileIdentity {
  /** Whether it is this one that is at the path now. */
  isThatOf(path: string): boolean;
}

/**
 * The identity of an open file. Node's `stat` makes an object with four dates, which takes longer than all the kernel does; so the
 * kernel is asked directly where its number for that is known.
 */
export function identityOf(libc: Libc, fd: number): FileIdentity {
  const number = SYS_STATX[process.arch];
  const buffer = Buffer.alloc(STATX);
  if (number === undefined || libc.statx(number, fd, "", AT_EMPTY_PATH, STATX_INO, buffer) < 0)
    return slowIdentityOf(fd);
  const view = new DataView(buffer.buffer, buffer.byteOffset, STATX);
  const [ino, dev] = [view.getBigUint64(INO_AT, true), view.getBigUint64(DEV_AT, true)];
  return {
    isThatOf: (path) =>
      libc.statx(number, AT_FDCWD, path, 0, STATX_INO, buffer) >= 0 &&
      view.getBigUint64(INO_AT, true) === ino &&
      view.getBigUint64(DEV_AT, true) === dev,
  };
}

function slowIdentityOf(fd: number): FileIdentity {
  const { dev, ino } = fstatSync(fd);
  return {
    isThatOf(path) {
      const found = statSync(path, { throwIfNoEntry: false });
      return found !== undefined && found.ino === ino && found.dev === dev;
    },
  };
}
