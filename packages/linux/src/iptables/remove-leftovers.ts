import type { IptablesProgram } from "./iptables-program.ts";
import { dropLines } from "./leftovers.ts";
import { tableText } from "./restore-input.ts";

/**
 * Takes down what this firewall left, for a host that now has another: all CNM-* chains of any version and what jumps to
 * them, but for a CNM-USER chain with rules. To be called when a platform opens with another firewall. One process a family
 * to look; one more only where something is left; none where the programs are not installed.
 *
 * @returns The families in which something was left.
 */
export async function removeIptablesLeftovers(program: IptablesProgram): Promise<readonly (4 | 6)[]> {
  const cleaned = await Promise.all(
    ([4, 6] as const)
      .filter((family) => program.has(family))
      .map(async (family): Promise<readonly (4 | 6)[]> => {
        const tables = await program.save(family);
        const input = tables.map((table) => tableText({ table, lines: dropLines(table) })).join("");
        if (input === "") return [];
        await program.restore(family, input);
        return [family];
      }),
  );
  return cleaned.flat();
}
