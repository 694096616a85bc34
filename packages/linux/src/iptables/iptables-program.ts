import { CnmError, type Feature } from "@cnm/core";
import { type FindProgram, findProgram } from "./find-program.ts";
import { parseSave, type SavedTable } from "./parse-save.ts";
import type { RunProgram } from "./run-program.ts";

/** The two programs that the handler needs, of each family. */
export interface IptablesProgram {
  /** False: there are no programs for this family. Starts no process. */
  has(family: 4 | 6): boolean;
  /** All tables of the family. One process. Throws `unsupported` if the program is missing. */
  save(family: 4 | 6): Promise<readonly SavedTable[]>;
  /** Each table of the input is one transaction. One process. The error has the line that failed, and why. */
  restore(family: 4 | 6, input: string): Promise<void>;
}

export interface IptablesProgramParts {
  readonly run: RunProgram;
  readonly find?: FindProgram;
  /** Which of the two that are often installed side by side. Default: what the host calls `iptables`. */
  readonly variant?: "iptables" | "iptables-legacy" | "iptables-nft";
}

/** Seconds for which the lock that all these programs share is waited for. */
const LOCK_PATIENCE = 30;

export function iptablesProgram({
  run,
  find = findProgram,
  variant = "iptables",
}: IptablesProgramParts): IptablesProgram {
  const nameOf = (family: 4 | 6, what: "save" | "restore"): string =>
    `${family === 4 ? variant : variant.replace("ip", "ip6")}-${what}`;
  const pathOf = (family: 4 | 6, what: "save" | "restore"): string => {
    const name = nameOf(family, what);
    const path = find(name);
    if (path === undefined) throw missing(family, name);
    return path;
  };

  return {
    has: (family) => find(nameOf(family, "save")) !== undefined && find(nameOf(family, "restore")) !== undefined,

    async save(family) {
      const { status, stdout, stderr } = await run(pathOf(family, "save"), []);
      if (status === 0) return parseSave(stdout);
      const message = `${nameOf(family, "save")} failed (${status}): ${stderr.trim()}`;
      throw new CnmError("internal", "iptables-save", message);
    },

    async restore(family, input) {
      const args = ["--noflush", "--wait", String(LOCK_PATIENCE)];
      const { status, stderr } = await run(pathOf(family, "restore"), args, input);
      if (status === 0) return;
      const message = `${nameOf(family, "restore")} failed (${status}): ${stderr.trim()}${failedLine(stderr, input)}`;
      throw new CnmError("internal", "iptables-restore", message);
    },
  };
}

/** Whether iptables can be used, by its programs alone. IPv6's are asked for when a network needs them. */
export function iptablesFeature(find: FindProgram = findProgram): Feature {
  const absent = ["iptables-save", "iptables-restore"].filter((name) => find(name) === undefined);
  return absent.length === 0
    ? { available: true }
    : { available: false, reason: `${absent.join(" and ")} not found: install the package iptables` };
}

/**
 * Both variants name a line, in words that differ from fault to fault. Some faults are told only at COMMIT: then the line is
 * looked for by the name that the complaint quotes.
 */
function failedLine(stderr: string, input: string): string {
  const number = Number(/\bline:? (\d+)/i.exec(stderr)?.[1]);
  const lines = input.split("\n");
  const named = lines[number - 1];
  if (named === undefined || named === "") return "";
  const quoted = /[`']([^`']+)'/.exec(stderr)?.[1];
  const at =
    named === "COMMIT" && quoted !== undefined
      ? lines.findLastIndex((line, index) => index < number && line.split(" ").includes(quoted))
      : number - 1;
  return `; line ${at < 0 ? number : at + 1} was "${lines[at] ?? named}"`;
}

function missing(family: 4 | 6, name: string): CnmError {
  const what = family === 4 ? "the firewall iptables" : "IPv6 behind the firewall iptables";
  const message = `${what} needs the program ${name}, which is not installed: install the package iptables`;
  return new CnmError("unsupported", "iptables-missing", message);
}
