import { styleText } from "node:util";

export function heading(text: string): void {
  console.log(`\n${styleText("bold", text)}`);
}

export function line(text: string): void {
  console.log(`  ${text}`);
}

/** A command line as its user types it. */
export function prompt(text: string): void {
  line(`${styleText("cyan", "$")} ${text}`);
}

/** What a program said. */
export function said(text: string): void {
  for (const row of text.trimEnd().split("\n")) if (row !== "") line(`  ${styleText("dim", row)}`);
}
