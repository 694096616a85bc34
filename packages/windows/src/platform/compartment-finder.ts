import { CnmError } from "@cnm/core";
import { HcnError } from "../hcn/hcn-error.ts";
import type { HostComputeNamespace } from "../hcn/namespace.ts";

/** Stands for the host's own compartment where a sandbox's namespace would be. */
export const HOST_COMPARTMENT = "host";
/** The compartment that Windows starts with. */
const PRIMARY = 1;

/** The number of the compartment that a sandbox's path stands for: see `CompartmentsParts`. */
export const compartmentFinder =
  (find: (path: string) => Promise<Pick<HostComputeNamespace, "NamespaceId">>) =>
  async (path: string): Promise<number> => {
    if (path === HOST_COMPARTMENT) return PRIMARY;
    const { NamespaceId = 0 } = await find(path).catch((error: unknown) => {
      if (!(error instanceof HcnError) || !error.isNotFound) throw error;
      throw new CnmError("not-found", "no-namespace", `there is no namespace ${path}`, { cause: error });
    });
    if (NamespaceId !== 0) return NamespaceId;
    const message = `namespace ${path} has no compartment yet: it comes with the first container in it`;
    throw new CnmError("unavailable", "no-compartment", message);
  };
