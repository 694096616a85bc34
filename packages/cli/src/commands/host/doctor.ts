import { listAt } from "../../api/json.ts";
import { printDocument } from "../../output/documents.ts";
import { withProgress } from "../../output/progress.ts";
import type { Action } from "../../program/command-spec.ts";
import { differenceLines, findingLines } from "./finding-lines.ts";

export const showFindings: Action = async (input, { io, api }) => {
  const daemon = await api();
  const report = await withProgress(io, "examining the host", daemon.doctor());
  const findings = listAt(report, "Findings");
  const differences = listAt(report, "Differences");
  printDocument(io, report, input.text("format"), () => {
    if (findings.length === 0 && differences.length === 0) return "all is well\n";
    const repairs = differences.length === 0 ? "" : `\ncnm repair would:\n${differenceLines(differences)}`;
    return findingLines(findings) + repairs;
  });
  return findings.length === 0 && differences.length === 0 ? 0 : 1;
};
