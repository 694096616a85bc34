import { readInterfacePrefix, readMtu } from "../interface-options.ts";
import * as labels from "../labels.ts";
import { readParent } from "../on-parent/parent.ts";
import { OptionReader } from "../option-reader.ts";

const MODES = ["bridge", "private", "vepa", "passthru"] as const;

/** The options of a macvlan network, parsed. */
export interface MacvlanOptions {
  /** Absent: a dummy of the network's own. */
  readonly parent?: string;
  readonly mode: (typeof MODES)[number];
  /** Absent: that of the parent. */
  readonly mtu?: number;
  readonly interfacePrefix: string;
  /** The host gets an interface of its own on the network, for the kernel lets a parent reach no macvlan on it. */
  readonly hostAccess: boolean;
}

/** Options and every fault in them; with faults, the options are of no use. */
export function readMacvlanOptions(options: Readonly<Record<string, string>>): {
  readonly options: MacvlanOptions;
  readonly faults: readonly string[];
} {
  const reader = new OptionReader(options);
  const parent = readParent(reader);
  const mtu = readMtu(reader);
  const parsed: MacvlanOptions = {
    ...(parent === undefined ? {} : { parent }),
    mode: reader.choice(labels.MACVLAN_MODE, MODES, "bridge"),
    ...(mtu === undefined ? {} : { mtu }),
    interfacePrefix: readInterfacePrefix(reader),
    hostAccess: reader.boolean(labels.HOST_ACCESS, false),
  };
  // Docker's CLI sends these beside the fields of the same meaning, which have been read already.
  for (const label of [labels.ENABLE_IPV4, labels.ENABLE_IPV6]) reader.boolean(label, false);
  reader.unknown("the macvlan driver");
  return { options: parsed, faults: reader.faults };
}
