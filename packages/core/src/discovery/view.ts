import type { Prefix } from "../address/prefix.ts";
import type { NetworkId } from "../model/ids.ts";
import type { NameIndex } from "./name-index.ts";
import type { Upstream } from "./verdict.ts";

/** What one sandbox can see of the names. */
export interface View {
  readonly names: Pick<NameIndex, "named" | "withAddress">;
  /** Those that it is on, the one that is asked first in front. */
  readonly networks: readonly ViewNetwork[];
  /** Names with fewer dots are tried with the search domains only; 0: all are asked as they are. */
  readonly ndots: number;
  /** Absent: it has no way to any name server. */
  readonly upstream?: Upstream;
}

export interface ViewNetwork {
  readonly id: NetworkId;
  readonly name: string;
  readonly subnets: readonly Prefix[];
}
