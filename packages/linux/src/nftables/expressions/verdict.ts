import { NFT_REG_VERDICT } from "../constants.ts";
import { type Verdict, verdictData } from "../data.ts";
import type { Expression } from "./expression.ts";
import { loadData } from "./immediate.ts";

const verdict = (of: Verdict): Expression => loadData(verdictData(of), NFT_REG_VERDICT);

export const accept: Expression = verdict("accept");
export const drop: Expression = verdict("drop");
export const goBack: Expression = verdict("return");
export const jump = (chain: string): Expression => verdict({ jump: chain });
