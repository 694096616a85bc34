import type { OwnerRef, Sandbox } from "@cnm/core";
import type { LinuxResource } from "../resources/resource.ts";
import { keyed } from "../resources/resource-key.ts";

/** A namespace of our own, and the settings that hold for all of it. A foreign namespace is only set, never made. */
export function planSandbox({ id, namespace, sysctls }: Sandbox): readonly LinuxResource[] {
  const owner: OwnerRef = { kind: "sandbox", id };
  const { path, owned } = namespace;
  return [
    ...(owned ? [keyed({ kind: "netns", owner, path })] : []),
    ...Object.entries(sysctls).map(([name, value]) =>
      keyed({ kind: "sysctl", owner, netns: path, name: name.replaceAll(".", "/"), value }),
    ),
  ];
}
