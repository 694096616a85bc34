import { attributes, be32, bytes, cstring, nested, type ValuesOf } from "../netlink/attributes.ts";
import { VERDICTS } from "./constants.ts";

const verdict = attributes({ NFTA_VERDICT_CODE: be32(1), NFTA_VERDICT_CHAIN: cstring(2) });

/** What is loaded into a register: bytes, or a verdict. */
export const data = attributes({
  NFTA_DATA_VALUE: bytes(1),
  NFTA_DATA_VERDICT: nested(2, verdict, true),
});

export type DataValues = ValuesOf<typeof data>;

/** What happens with a packet: "accept", "drop", "return", or on to a chain of the table. */
export type Verdict = "accept" | "drop" | "return" | { readonly jump: string } | { readonly goto: string };

export function verdictData(of: Verdict): DataValues {
  if (typeof of === "string") return { NFTA_DATA_VERDICT: { NFTA_VERDICT_CODE: VERDICTS[of] >>> 0 } };
  const [kind, chain] = "jump" in of ? (["jump", of.jump] as const) : (["goto", of.goto] as const);
  return { NFTA_DATA_VERDICT: { NFTA_VERDICT_CODE: VERDICTS[kind] >>> 0, NFTA_VERDICT_CHAIN: chain } };
}

/** "accept", "drop", "jump into"; undefined for data that is no verdict. */
export function verdictText(values: DataValues): string | undefined {
  const given = values.NFTA_DATA_VERDICT;
  if (given === undefined) return undefined;
  const code = (given.NFTA_VERDICT_CODE ?? 0) | 0;
  const name = Object.entries(VERDICTS).find(([, number]) => number === code)?.[0] ?? `code ${code}`;
  return given.NFTA_VERDICT_CHAIN === undefined ? name : `${name} ${given.NFTA_VERDICT_CHAIN}`;
}

/** The reverse of {@link verdictText}. */
export function parseVerdict(text: string): Verdict {
  const [name, chain = ""] = text.split(" ");
  if (name === "accept" || name === "drop" || name === "return") return name;
  if (name === "jump") return { jump: chain };
  if (name === "goto") return { goto: chain };
  throw new TypeError(`no verdict "${text}"`);
}
