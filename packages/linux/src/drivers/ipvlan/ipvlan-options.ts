import { readInterfacePrefix, readMtu } from "../interface-options.ts";
import * as labels from "../labels.ts";
import { readParent } from "../on-parent/parent.ts";
import { OptionReader } from "../option-reader.ts";

const MODES = ["l2", "l3", "l3s"] as const;
const FLAGS = ["bridge", "private", "vepa"] as const;

/** The options of an ipvlan network, parsed. */
export interface IpvlanOptions {
  /** Absent: a dummy of the network's own. */
  readonly parent?: string;
  readonly mode: (typeof MODES)[number];
  readonly flag: (typeof FLAGS)[number];
  /** Absent: that of the parent. */
  readonly mtu?: number;
  readonly interfacePrefix: string;
}

/** Options and every fault in them; with faults, the options are of no use. */
export function readIpvlanOptions(options: Readonly<Record<string, string>>): {
  readonly options: IpvlanOptions;
  readonly faults: readonly string[];
} {
  const reader = new OptionReader(options);
  const parent = readParent(reader);
  const mtu = readMtu(reader);
  const parsed: IpvlanOptions = {
    ...(parent === undefined ? {} : { parent }),
    mode: reader.choice(labels.IPVLAN_MODE, MODES, "l2"),
    flag: reader.choice(labels.IPVLAN_FLAG, FLAGS, "bridge"),
    ...(mtu === undefined ? {} : { mtu }),
    interfacePrefix: readInterfacePrefix(reader),
  };
  // Docker's CLI sends these beside the fields of the same meaning, which have been read already.
  for (const label of [labels.ENABLE_IPV4, labels.ENABLE_IPV6]) reader.boolean(label, false);
  reader.unknown("the ipvlan driver");
  return { options: parsed, faults: reader.faults };
}
