import type { OwnerRef, Sandbox } from "@cnm/core";
import { IPV6_OFF_BY_DEFAULT, isIpv6OffByDefault } from "../drivers/ipv6-by-default.ts";
import type { LinuxResource } from "../resources/resource.ts";
import { keyed } from "../resources/resource-key.ts";

/** A namespace of our own, and the settings that hold for all of it. A foreign namespace is only set, never made. */
export function planSandbox(sandbox: Sandbox): readonly LinuxResource[] {
  const { id, namespace, sysctls } = sandbox;
  const owner: OwnerRef = { kind: "sandbox", id };
  const { path, owned } = namespace;
  return [
    ...(owned ? [keyed({ kind: "netns", owner, path })] : []),
    ...(isIpv6OffByDefault(sandbox)
      ? [keyed({ kind: "sysctl", owner, netns: path, name: IPV6_OFF_BY_DEFAULT, value: "1", optional: true })]
      : []),
    ...Object.entries(sysctls).map(([name, value]) =>
      keyed({ kind: "sysctl", owner, netns: path, name: name.replaceAll(".", "/"), value }),
    ),
  ];
}
