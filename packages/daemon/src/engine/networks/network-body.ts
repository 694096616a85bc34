import { CnmError, type NetworkSpec } from "@cnm/core";
import * as v from "valibot";
import type { ApiVersion } from "../../route/api-version.ts";
import { flag, maybe, some, text, textMap } from "../../route/schemas.ts";

const ipamConfig = v.object({
  Subnet: maybe(text),
  IPRange: maybe(text),
  Gateway: maybe(text),
  AuxiliaryAddresses: maybe(textMap),
});

export const networkBody = v.object({
  Name: text,
  Driver: maybe(text),
  Scope: maybe(text),
  EnableIPv4: maybe(flag),
  EnableIPv6: maybe(flag),
  IPAM: maybe(v.object({ Driver: maybe(text), Options: maybe(textMap), Config: maybe(v.array(ipamConfig)) })),
  Internal: maybe(flag),
  Attachable: maybe(flag),
  Ingress: maybe(flag),
  ConfigOnly: maybe(flag),
  ConfigFrom: maybe(v.object({ Network: maybe(text) })),
  Options: maybe(textMap),
  Labels: maybe(textMap),
});

export type NetworkBody = v.InferOutput<typeof networkBody>;

/** What Docker's body asks for. @throws CnmError for what only a swarm has, or what cnm has not. */
export function networkSpec(body: NetworkBody, api: ApiVersion): NetworkSpec {
  refuseOthers(body);
  const { Driver, IPAM } = body;
  const subnets = (IPAM?.Config ?? []).filter(({ Subnet, IPRange, Gateway }) => Subnet || IPRange || Gateway);
  return {
    name: body.Name,
    ...some("driver", Driver === "" ? undefined : Driver),
    // Older clients do not know the field, and newer ones leave it out for the default.
    ...some("ipv4", api >= 48 ? body.EnableIPv4 : undefined),
    ...some("ipv6", body.EnableIPv6),
    ...some("internal", body.Internal),
    ...some("attachable", body.Attachable),
    ...some("labels", body.Labels),
    ...some("options", body.Options),
    ipam: {
      ...some("driver", IPAM?.Driver === "" ? undefined : IPAM?.Driver),
      ...some("options", IPAM?.Options),
      subnets: subnets.map(({ Subnet, IPRange, Gateway, AuxiliaryAddresses }) => ({
        subnet: Subnet ?? "",
        ...some("ipRange", IPRange === "" ? undefined : IPRange),
        ...some("gateway", Gateway === "" ? undefined : Gateway),
        ...some("auxAddresses", AuxiliaryAddresses),
      })),
    },
  };
}

function refuseOthers({ Scope, Ingress, ConfigOnly, ConfigFrom }: NetworkBody): void {
  if (Scope === "swarm" || Scope === "global") {
    throw new CnmError("forbidden", "no-swarm", "cannot create a swarm scoped network when swarm is not active");
  }
  if (Scope && Scope !== "local") throw new CnmError("invalid", "bad-scope", `invalid network scope ${Scope}`);
  if (Ingress === true) throw new CnmError("forbidden", "no-swarm", "Ingress network can only be global scope network");
  if (ConfigOnly === true || ConfigFrom?.Network) {
    const message = "networks that are only a configuration for others are not supported";
    throw new CnmError("unsupported", "config-only", message);
  }
}
