import { flatten } from "../completion/flatten.ts";
import { argumentText, flagsText } from "./build-program.ts";
import type { CommandSpec, OptionSpec } from "./command-spec.ts";

/** The verbs and flags as a table in Markdown, for the documentation. */
export function commandTable(tree: CommandSpec): string {
  const rows = flatten(tree)
    .filter(({ spec }) => spec.load !== undefined || spec === tree)
    .map(({ path, spec, options }) => {
      const words = ["cnm", path, ...(spec.arguments ?? []).map(argumentText)].filter((word) => word !== "");
      const others = (spec.aliases ?? []).map((alias) => ` (also \`${alias}\`)`).join("");
      return `| ${code(words.join(" "))}${others} | ${cell(spec.summary)} | ${options.map(optionText).join("<br>")} |`;
    });
  return ["| command | what it does | flags |", "|---|---|---|", ...rows].join("\n");
}

const optionText = (option: OptionSpec): string =>
  `${code(flagsText(option))}${option.many === true ? "…" : ""} ${cell(option.description)}`;

const code = (text: string): string => `\`${cell(text)}\``;

const cell = (text: string): string => text.replaceAll("|", "\\|");
