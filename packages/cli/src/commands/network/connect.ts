import { withProgress } from "../../output/progress.ts";
import type { Action } from "../../program/command-spec.ts";
import { given } from "../../program/input.ts";
import { healthcheck } from "../service/healthcheck.ts";

export const connect: Action = async (input, { io, api }) => {
  const [network, sandbox] = [input.arg(0), input.arg(1)];
  const addresses = [input.text("ip"), input.text("ip6"), ...input.texts("link-local-ip")];
  const body = {
    Sandbox: sandbox,
    ...given({
      Name: input.text("name"),
      Addresses: addresses.filter((address) => address !== undefined),
      Aliases: input.texts("alias"),
      Ports: input.texts("publish"),
      Exposed: input.texts("expose"),
      Mac: input.text("mac-address"),
      InterfaceName: input.text("interface"),
      GatewayPriority: input.integer("gw-priority"),
      Service: input.text("service"),
      Weight: input.integer("weight"),
      Healthcheck: healthcheck(input),
      Options: input.pairs("driver-opt"),
      Labels: input.pairs("label"),
      Sysctls: input.pairs("sysctl"),
    }),
  };
  const daemon = await api();
  await withProgress(io, `joining ${sandbox} to network ${network}`, daemon.connect(network, body));
  return 0;
};
