import { parseAddress } from "../address/address.ts";
import { canonicalAddress } from "../address/canonical.ts";
import { isUnspecified, wildcardAddress } from "../address/classify.ts";
import type { FamilyPortPolicy, PortPolicy } from "../contracts/driver.ts";
import { invalidOptions } from "../errors/cnm-error.ts";
import type { Family } from "../model/network.ts";
import type { PortRequest, Protocol } from "../model/port.ts";

/** Requests that differ in nothing but the host address: they all get the same host port. */
export interface PortGroup {
  readonly protocol: Protocol;
  readonly targetPort: number;
  readonly hostPorts: PortRequest["hostPorts"];
  /** Where the host port is bound. No two of them clash. */
  readonly bound: readonly string[];
  /** Wildcard addresses of the families in which the target port itself is opened, and no host port is bound. */
  readonly open: readonly string[];
}

/**
 * Settles on which addresses each port is published. Repeated requests, and addresses that a wildcard address of the
 * same request covers, count once.
 *
 * @throws CnmError `invalid` that names every request for which the network publishes nothing, and why.
 */
export function groupPortRequests(requests: readonly PortRequest[], policy: PortPolicy): readonly PortGroup[] {
  const faults: string[] = [];
  const [only] = requests;
  if (only !== undefined && requests.length === 1) {
    const { bound, open } = settle(only, policy, faults);
    if (faults.length > 0) throw invalidOptions("published ports", faults);
    return [groupOf(only, bound, open)];
  }
  const groups = new Map<
    string,
    { readonly request: PortRequest; readonly bound: Set<string>; readonly open: Set<string> }
  >();
  for (const request of requests) {
    const key = keyOf(request);
    const group = groups.get(key) ?? { request, bound: new Set(), open: new Set() };
    groups.set(key, group);
    const { bound, open } = settle(request, policy, faults);
    for (const address of bound) group.bound.add(address);
    for (const address of open) group.open.add(address);
  }
  if (faults.length > 0) throw invalidOptions("published ports", faults);
  return [...groups.values()].map(({ request, bound, open }) => groupOf(request, [...bound], [...open]));
}

const groupOf = (
  { protocol, targetPort, hostPorts }: PortRequest,
  bound: readonly string[],
  open: readonly string[],
): PortGroup => ({ protocol, targetPort, hostPorts, bound: withoutCovered(bound), open });

interface Settled {
  readonly bound: readonly string[];
  readonly open: readonly string[];
}

function settle(request: PortRequest, policy: PortPolicy, faults: string[]): Settled {
  const { hostAddress } = request;
  const families: readonly Family[] = hostAddress === undefined ? [4, 6] : [hostAddress.includes(":") ? 6 : 4];
  const bound: string[] = [];
  const open: string[] = [];
  const reasons: string[] = [];
  for (const family of families) {
    const rule = familyPolicy(policy, family);
    if (rule.mode === "bind") bound.push(hostAddress ?? canonicalAddress(rule.address));
    else if (rule.mode === "open") open.push(wildcardAddress(family));
    else reasons.push(rule.reason);
  }
  if (reasons.length === families.length) faults.push(`${describe(request)}: ${[...new Set(reasons)].join("; ")}`);
  return { bound, open };
}

const familyPolicy = (policy: PortPolicy, family: Family): FamilyPortPolicy =>
  family === 4 ? policy.ipv4 : policy.ipv6;

function withoutCovered(addresses: readonly string[]): readonly string[] {
  if (addresses.length < 2) return addresses;
  const parsed = addresses.map((text) => ({ text, address: parseAddress(text) }));
  const wildcards = new Set(
    parsed.filter(({ address }) => isUnspecified(address)).map(({ address }) => address.family),
  );
  return parsed
    .filter(({ address }) => isUnspecified(address) || !wildcards.has(address.family))
    .map(({ text }) => text);
}

const keyOf = ({ protocol, targetPort, hostPorts }: PortRequest): string =>
  `${protocol}/${targetPort}/${hostPorts?.first}-${hostPorts?.last}`;

function describe({ protocol, targetPort, hostAddress }: PortRequest): string {
  const where = hostAddress === undefined ? "" : ` on ${hostAddress}`;
  return `${targetPort}/${protocol} cannot be published${where}`;
}
