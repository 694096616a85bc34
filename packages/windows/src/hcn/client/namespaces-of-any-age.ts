import type { HcnClient } from "../hcn-client.ts";
import { HcnError } from "../hcn-error.ts";
import { HCN_E_INVALID_JSON } from "../hresults.ts";

/**
 * Nobody tells from which version on HNS takes `CreateWithCompartment` and `ReadyOnCreate`: a host that does not understand
 * the document gets it without them, and makes the compartment when a container starts in it.
 */
export function namespacesOfAnyAge(namespaces: HcnClient["namespaces"]): HcnClient["namespaces"] {
  return {
    ...namespaces,
    async create(wanted, options) {
      const { CreateWithCompartment, ReadyOnCreate, ...plain } = wanted;
      try {
        return await namespaces.create(wanted, options);
      } catch (error) {
        const newer = CreateWithCompartment !== undefined || ReadyOnCreate !== undefined;
        if (!newer || !(error instanceof HcnError) || error.hresult !== HCN_E_INVALID_JSON) throw error;
        return await namespaces.create(plain, options);
      }
    },
  };
}
