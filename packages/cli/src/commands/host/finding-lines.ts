import { flagAt, type Json, textAt } from "../../api/json.ts";

/** A finding a paragraph: what is wrong, why, and whether `cnm repair` mends it. */
export const findingLines = (findings: readonly Json[]): string =>
  findings
    .map((finding) => {
      const cause = textAt(finding, "Cause");
      const mends = flagAt(finding, "Repairable") ? "" : "  cnm repair cannot mend this\n";
      return `${textAt(finding, "Type")}: ${textAt(finding, "Message")}\n${cause === "" ? "" : `  ${cause}\n`}${mends}`;
    })
    .join("");

/** "  add link br-4f0c8a6b2d1e" */
export const differenceLines = (differences: readonly Json[]): string =>
  // A key begins with its kind.
  differences.map((one) => `  ${textAt(one, "Action")} ${textAt(one, "Key")}\n`).join("");
