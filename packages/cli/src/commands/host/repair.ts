import { listAt } from "../../api/json.ts";
import { printDocument } from "../../output/documents.ts";
import { withProgress } from "../../output/progress.ts";
import type { Action } from "../../program/command-spec.ts";
import { differenceLines, findingLines } from "./finding-lines.ts";

export const repairHost: Action = async (input, { io, api }) => {
  const daemon = await api();
  const report = await withProgress(io, "repairing the host", daemon.repair());
  const findings = listAt(report, "Findings");
  const changes = listAt(report, "Changes");
  printDocument(io, report, input.text("format"), () => {
    if (findings.length === 0 && changes.length === 0) return "all was well\n";
    return (
      findingLines(findings) +
      (changes.length === 0 ? "\nnothing was changed\n" : `\nwhat was done:\n${differenceLines(changes)}`)
    );
  });
  return 0;
};
