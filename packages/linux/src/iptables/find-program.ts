import { accessSync, constants } from "node:fs";
import { join } from "node:path";

export type FindProgram = (name: string) => string | undefined;

/** Where services and users without a login shell often do not look. */
const SYSTEM = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** The path of an executable, looked for in PATH and where the system's own programs are. Starts no process. */
export const findProgram: FindProgram = (name) => {
  const folders = [...(process.env["PATH"] ?? "").split(":").filter((folder) => folder !== ""), ...SYSTEM];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
};

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
