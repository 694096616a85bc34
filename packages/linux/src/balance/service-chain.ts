import { formatOwner } from "@cnm/core";
import type { Expression } from "../nftables/expressions/expression.ts";
import { hashed } from "../nftables/expressions/hash.ts";
import { loadBytes } from "../nftables/expressions/immediate.ts";
import { mapped } from "../nftables/expressions/lookup.ts";
import { translateDestination } from "../nftables/expressions/nat.ts";
import { nextNumber } from "../nftables/expressions/numgen.ts";
import { loadIpv4Source, loadIpv6Source } from "../nftables/expressions/payload.ts";
import { protocolNumber } from "../nftables/fields.ts";
import type { NftChainSpec, NftElementSpec } from "../nftables/spec.ts";
import type { NftServiceResource } from "../resources/resource.ts";
import { ipBytes } from "../route/ip-bytes.ts";
import { addressWords, anyAddress, refusedSet, servicesMap, tasksMap, word } from "./balance-table.ts";

type Port = Pick<NftServiceResource, "address" | "protocol" | "port">;

export const familyOf = ({ address }: Pick<Port, "address">): 4 | 6 => (address.includes(":") ? 6 : 4);

/** "tcp_8080_10.7.0.5": nft takes no colons in names. */
export const chainName = ({ protocol, port, address }: Port): string =>
  `${protocol}_${port}_${address.replaceAll(":", "_")}`;

/** The chain of one virtual port: a slot is chosen, and the map says which task it stands for. */
export function serviceChain(service: NftServiceResource): NftChainSpec {
  return { name: chainName(service), rules: [{ comment: summary(service), expressions: expressions(service) }] };
}

/** What a rule does as its comment: by it, rules that were read back are told apart. */
export const summary = ({ choose, slots }: Pick<NftServiceResource, "choose" | "slots">): string =>
  `${choose === "turn" ? "in turn" : "by client"}, ${slots.length}`;

function expressions(service: NftServiceResource): readonly Expression[] {
  const { protocol, choose, slots } = service;
  const family = familyOf(service);
  const words = addressWords(family);
  const slot = word(words + 2);
  const choice =
    choose === "turn"
      ? [nextNumber(slots.length, slot)]
      : [
          family === 4 ? loadIpv4Source(word(0)) : loadIpv6Source(word(0)),
          hashed({ register: word(0), length: words * 4, modulus: slots.length, into: slot }),
        ];
  // The key is loaded after the choice, which works with the same registers.
  return [
    ...choice,
    loadBytes(ipBytes(service.address), word(0)),
    loadBytes(Uint8Array.of(protocolNumber(protocol), 0, 0, 0), word(words)),
    loadBytes(Uint8Array.of(service.port >> 8, service.port & 0xff, 0, 0), word(words + 1)),
    mapped(tasksMap(family)),
    translateDestination(family),
  ];
}

/** The element that leads to the chain; or, where there is no task, that says so. */
export function entryElement(service: NftServiceResource): NftElementSpec {
  const { address, protocol, port, owner, slots } = service;
  const family = familyOf(service);
  const comment = formatOwner(owner);
  const any = address === "0.0.0.0" || address === "::";
  const set = slots.length === 0 ? refusedSet(family) : servicesMap(family);
  return {
    set: any ? anyAddress(set) : set,
    key: [...(any ? [] : [address]), protocol, String(port)],
    ...(slots.length === 0 ? {} : { data: [`jump ${chainName(service)}`] }),
    comment,
  };
}

/** An element for each slot. */
export function slotElements(service: NftServiceResource): readonly NftElementSpec[] {
  const { address, protocol, port, slots } = service;
  return slots.map((slot, index) => ({
    set: tasksMap(familyOf(service)),
    key: [address, protocol, String(port), String(index)],
    data: [slot.address, String(slot.port)],
    comment: "",
  }));
}
