import { CnmError, type JoinSpec } from "@cnm/core";
import * as v from "valibot";
import { maybe, some, text, textMap, texts, whole } from "../../route/schemas.ts";
import { WISHED_ADDRESSES } from "../../view/endpoint-settings-json.ts";

export const endpointBody = v.object({
  IPAMConfig: maybe(v.object({ IPv4Address: maybe(text), IPv6Address: maybe(text), LinkLocalIPs: maybe(texts) })),
  Links: maybe(texts),
  Aliases: maybe(texts),
  DriverOpts: maybe(textMap),
  GwPriority: maybe(whole),
  MacAddress: maybe(text),
});

export type EndpointBody = v.InferOutput<typeof endpointBody>;

/** What Docker's EndpointSettings ask for. */
export function joinSpec(body: EndpointBody): JoinSpec {
  if ((body.Links ?? []).length > 0) {
    throw new CnmError("unsupported", "links", "links between containers are not supported: use aliases");
  }
  const { IPv4Address, IPv6Address, LinkLocalIPs } = body.IPAMConfig ?? {};
  const addresses = [IPv4Address, IPv6Address, ...(LinkLocalIPs ?? [])].filter((address) => !!address) as string[];
  return {
    aliases: body.Aliases ?? [],
    addresses,
    options: body.DriverOpts ?? {},
    ...some("gatewayPriority", body.GwPriority),
    ...some("mac", body.MacAddress === "" ? undefined : body.MacAddress),
    ...(body.IPAMConfig === null || body.IPAMConfig === undefined
      ? {}
      : { labels: { [WISHED_ADDRESSES]: addresses.join(",") } }),
  };
}
