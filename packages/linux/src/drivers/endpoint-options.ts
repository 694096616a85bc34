import type { EndpointDraft } from "@cnm/core";
import * as labels from "./labels.ts";
import { isNewLinkName } from "./link-name.ts";
import { OptionReader } from "./option-reader.ts";

export interface EndpointOptions {
  /** Settings of the interface, by path: `net/ipv4/conf/eth0/log_martians` → "1". */
  readonly sysctls: readonly (readonly [name: string, value: string])[];
  readonly announce: { readonly count: number; readonly intervalMs: number };
}

const PLACEHOLDER = "IFNAME";
const SYSCTL = /^net\.(?:ipv4|ipv6|mpls)\.(?:conf|neigh)\.IFNAME\.[a-z0-9_]+$/;

/** As Docker announces addresses unless told otherwise. */
const ANNOUNCEMENTS = 3;
const ANNOUNCEMENT_INTERVAL = 1_000;

const NOTHING_ASKED = {
  options: { sysctls: [], announce: { count: ANNOUNCEMENTS, intervalMs: ANNOUNCEMENT_INTERVAL } },
  faults: [],
} as const;

export function readEndpointOptions(
  options: Readonly<Record<string, string>>,
  interfaceName: string,
): { readonly options: EndpointOptions; readonly faults: readonly string[] } {
  if (Object.keys(options).length === 0) return NOTHING_ASKED;
  const reader = new OptionReader(options);
  const sysctls = readSysctls(reader, interfaceName);
  const count = reader.integer(labels.ADVERTISE_COUNT, 0, 3) ?? ANNOUNCEMENTS;
  const intervalMs = reader.integer(labels.ADVERTISE_INTERVAL, 100, 2_000) ?? ANNOUNCEMENT_INTERVAL;
  // Read elsewhere: they have fields of their own in a join.
  for (const label of [labels.ENDPOINT_IFNAME, labels.ENDPOINT_MAC]) reader.text(label);
  reader.unknown("an endpoint of this network");
  return { options: { sysctls, announce: { count, intervalMs } }, faults: reader.faults };
}

/** Everything that is wrong with an endpoint as it was asked for. */
export function endpointFaults({ interfaceName, options }: EndpointDraft): readonly string[] {
  const { faults } = readEndpointOptions(options, interfaceName ?? "eth0");
  if (interfaceName === undefined || isNewLinkName(interfaceName)) return faults;
  const words = "cannot be the name of an interface (at most 15 characters, no space, slash or colon)";
  return [`interfaceName "${interfaceName}" ${words}`, ...faults];
}

/** "net.ipv4.conf.IFNAME.log_martians=1,net.ipv6.conf.IFNAME.accept_ra=0" */
function readSysctls(reader: OptionReader, interfaceName: string): EndpointOptions["sysctls"] {
  const text = reader.text(labels.ENDPOINT_SYSCTLS);
  if (text === undefined || text === "") return [];
  return text.split(",").flatMap((setting) => {
    const equals = setting.indexOf("=");
    const name = setting.slice(0, Math.max(equals, 0)).trim();
    if (!SYSCTL.test(name)) {
      reader.faults.push(
        `option ${labels.ENDPOINT_SYSCTLS}: "${setting}" is not like net.ipv4.conf.${PLACEHOLDER}.log_martians=1`,
      );
      return [];
    }
    // Dots become slashes before the name is put in, for it may have dots of its own.
    return [[name.replaceAll(".", "/").replace(PLACEHOLDER, interfaceName), setting.slice(equals + 1).trim()] as const];
  });
}
