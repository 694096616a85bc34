import type { EndpointPolicy } from "../hcn/policies/endpoint-policy.ts";
import { lacks } from "./covers.ts";

/**
 * The requests that turn one list of policies into another. An update replaces all policies of the types in it, so that of
 * each type that differs all are sent; of types that shall not be there any more, each is removed by its very body.
 */
export function changedPolicies(
  from: readonly EndpointPolicy[] = [],
  to: readonly EndpointPolicy[] = [],
): { readonly remove: readonly EndpointPolicy[]; readonly update: readonly EndpointPolicy[] } {
  const sent = from.filter(({ Type }) => Type !== "Other");
  const types = new Set([...sent, ...to].map(({ Type }) => Type));
  const remove: EndpointPolicy[] = [];
  const update: EndpointPolicy[] = [];
  for (const type of types) {
    const before = sent.filter(({ Type }) => Type === type);
    const after = to.filter(({ Type }) => Type === type);
    if (after.length === 0) {
      // Policies that HNS has put there itself are its own.
      if (type === "ACL" || type === "PortMapping") remove.push(...before);
    } else if (!same(before, after)) update.push(...after);
  }
  return { remove, update };
}

function same(before: readonly EndpointPolicy[], after: readonly EndpointPolicy[]): boolean {
  const counted = before.length === after.length;
  return counted && lacks({ Policies: after }, { Policies: before }) === undefined;
}
