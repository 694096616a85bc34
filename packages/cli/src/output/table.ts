/** Docker's: no borders, columns at least 10 wide and three blanks apart; what ends a line is not padded. */
const LEAST = 10;
const GAP = 3;

/** Lines whose cells are parted by tabs, as columns. */
export function tableText(lines: readonly string[]): string {
  const rows = lines.map((line) => line.split("\t"));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.slice(0, -1).entries()) {
      widths[column] = Math.max(widths[column] ?? LEAST, [...cell].length + GAP);
    }
  }
  const texts = rows.map((row) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell + pad(cell, widths[column] ?? 0))).join(""),
  );
  return texts.map((text) => `${text}\n`).join("");
}

const pad = (cell: string, width: number): string => " ".repeat(Math.max(0, width - [...cell].length));
