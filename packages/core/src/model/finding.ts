import type { OwnerRef } from "./owner.ts";

/** One line of the doctor's report. */
export interface Finding {
  /** `missing`, `changed`, `unexpected`: the host differs from the model. `hazard`: the host works against us. */
  readonly type: "missing" | "changed" | "unexpected" | "hazard";
  readonly owner: OwnerRef;
  /** The resource kind ("link", "nft-element"), or the hazard's name ("forward-policy-drop"). */
  readonly object: string;
  /** The resource key, or what the hazard sits on. */
  readonly key: string;
  /** One sentence for people: what is wrong with what. */
  readonly message: string;
  /** Why, where that is known; and what to do where repair() cannot. */
  readonly cause?: string;
  readonly repairable: boolean;
}
