import { CnmError, type Network } from "@cnm/core";
import type { SandboxState } from "../view/model.ts";

/** Docker's rules for who may join what, in Docker's words. */
export function refuseImpossibleJoin({ members, sandbox }: SandboxState, network: Network): void {
  const inHost = sandbox.namespace.host === true;
  if (inHost && network.driver !== "host") {
    const message =
      "container sharing network namespace with another container or host cannot be connected to any other network";
    throw new CnmError("invalid", "host-network", message);
  }
  if (!inHost && network.driver === "host") {
    const message = "container cannot be disconnected from host network or connected to host network";
    throw new CnmError("invalid", "host-network", message);
  }
  const others = members.filter((member) => member.network.id !== network.id);
  const isPrivate = network.driver === "null" || others.some((member) => member.network.driver === "null");
  if (others.length > 0 && isPrivate) {
    const message =
      "container cannot be connected to multiple networks with one of the networks in private (none) mode";
    throw new CnmError("invalid", "none-network", message);
  }
}

/** On the default bridge, names and addresses are not the user's. */
export function refuseOnDefaultBridge(
  network: Network,
  addresses: readonly string[],
  aliases: readonly string[],
): void {
  if (network.name !== "bridge") return;
  if (addresses.length > 0) {
    const message = "user specified IP address is supported on user defined networks only";
    throw new CnmError("invalid", "default-bridge", message);
  }
  if (aliases.length > 0) {
    const message = "network-scoped alias is supported only for containers in user defined networks";
    throw new CnmError("invalid", "default-bridge", message);
  }
}
