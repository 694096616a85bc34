import type { SandboxId } from "../model/ids.ts";

/** What is to be done about a question. */
export type Verdict =
  /** NOERROR. Without records: the name is there, but has nothing of this type. */
  | { readonly type: "answer"; readonly records: readonly AnswerRecord[] }
  | { readonly type: "forward"; readonly to: Upstream }
  | { readonly type: "nxdomain" }
  /** Nobody may be asked. SERVFAIL, as Docker says it, tells a client that the name may exist for others. */
  | { readonly type: "refuse"; readonly rcode: "SERVFAIL" | "REFUSED" };

/** Who is asked about names that are not ours. */
export type Upstream =
  /** The host's name servers, asked from the host. */
  | { readonly from: "host" }
  /** The sandbox's own ones, asked from inside it. */
  | { readonly from: SandboxId; readonly servers: readonly string[] };

export type AnswerRecord = { readonly name: string; readonly ttl: number } & RecordData;

export type RecordData =
  | { readonly type: "A" | "AAAA" | "PTR"; readonly data: string }
  | { readonly type: "SRV"; readonly data: ServiceLocation };

/** RFC 2782 */
export interface ServiceLocation {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}
