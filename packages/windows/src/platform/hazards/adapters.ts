import type { Finding } from "@cnm/core";
import type { NetworkResource } from "../../resources/resource.ts";
import { type HazardParts, hazard, type LookForHazard } from "./hazard.ts";

const EXTERNAL = new Set(["Transparent", "L2Bridge", "L2Tunnel", "Overlay"]);

/** An external virtual switch stands on one adapter, and takes over the host's address there. */
export const adapters: LookForHazard = (parts) =>
  parts.wantedNetworks.filter(({ document }) => EXTERNAL.has(document.Type)).flatMap((one) => uplinkFaults(one, parts));

function uplinkFaults(network: NetworkResource, { networks, host }: HazardParts): readonly Finding[] {
  const name = adapterOf(network);
  if (host === undefined || name === undefined) return [];
  const there = networks.some(({ ID }) => ID === network.id);
  const what = `network ${JSON.stringify(network.document.Name)}`;
  const adapter = host.adapters.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  const fault = (object: string, message: string, cause: string) => hazard({ object, key: name, message, cause });
  if (adapter === undefined) {
    const known = host.adapters.map((one) => one.name).join(", ");
    return [fault("no-such-adapter", `${what} is to be on adapter ${name}, which is not there`, `there are ${known}`)];
  }
  return [
    ...(adapter.up
      ? []
      : [fault("adapter-down", `adapter ${name} of ${what} is down`, "nothing passes until it is up")]),
    ...(adapter.wireless && network.document.Type !== "Transparent"
      ? [
          fault(
            "wireless-adapter",
            `${what} is on the Wi-Fi adapter ${name}`,
            "Wi-Fi carries one MAC only: bridges on it cut the host off; use a nat network",
          ),
        ]
      : []),
    ...(adapter.onSwitch && !there
      ? [
          fault(
            "adapter-in-use",
            `adapter ${name} of ${what} carries another virtual switch already`,
            "one adapter has one external switch: remove the other, or name another adapter",
          ),
        ]
      : []),
  ];
}

function adapterOf({ document }: NetworkResource): string | undefined {
  const policy = document.Policies?.find(({ Type }) => Type === "NetAdapterName");
  return policy?.Type === "NetAdapterName" ? policy.Settings.NetworkAdapterName : undefined;
}
