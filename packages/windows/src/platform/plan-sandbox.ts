import { CnmError, type Sandbox } from "@cnm/core";
import { guid } from "../hcn/guid.ts";
import type { WindowsResource } from "../resources/resource.ts";
import { keyed } from "../resources/resource-key.ts";

/** An HCN namespace, which is a network compartment. A foreign one is used, and never made or deleted. */
export function planSandbox({ id, name, namespace, sysctls }: Sandbox): readonly WindowsResource[] {
  const [sysctl] = Object.keys(sysctls);
  if (sysctl !== undefined) {
    const message = `sandbox ${name}: sysctl ${sysctl} cannot be set: unsupported on Windows, whose compartments have no such settings`;
    throw new CnmError("unsupported", "no-sysctls", message);
  }
  if (!namespace.owned) return [];
  return [
    keyed({
      kind: "hcn-namespace",
      owner: { kind: "sandbox", id },
      id: guid(namespace.path),
      // Otherwise the compartment comes with the first container, and nothing can be opened in it before.
      document: { Type: "Host", CreateWithCompartment: true },
    }),
  ];
}
