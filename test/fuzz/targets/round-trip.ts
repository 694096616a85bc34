import { flowMessage } from "../../../packages/linux/src/conntrack/messages.ts";
import { IPVS_CMD_GET_DEST, IPVS_CMD_GET_SERVICE } from "../../../packages/linux/src/ipvs/constants.ts";
import { commandMessage } from "../../../packages/linux/src/ipvs/messages.ts";
import { ByteReader } from "../../../packages/linux/src/netlink/byte-reader.ts";
import { ByteWriter } from "../../../packages/linux/src/netlink/byte-writer.ts";
import type { MessageCodec } from "../../../packages/linux/src/netlink/message.ts";
import {
  chainMessage,
  elementsMessage,
  ruleMessage,
  setMessage,
} from "../../../packages/linux/src/nftables/messages.ts";
import { addressMessage } from "../../../packages/linux/src/route/address/address-message.ts";
import { linkMessage } from "../../../packages/linux/src/route/link/link-message.ts";
import { neighbourMessage } from "../../../packages/linux/src/route/neighbour/neighbour.ts";
import { routeMessage } from "../../../packages/linux/src/route/route/route-message.ts";
import { ruleMessage as policyRuleMessage } from "../../../packages/linux/src/route/rule/rule.ts";
import { netlinkDecoders } from "../../record/decoders.ts";
import { mutate } from "../mutate.ts";
import { pick } from "../pick.ts";
import type { FuzzTarget } from "../target.ts";

/** What was read is written such that it reads and writes the same ever after. */
export function roundTrip(): readonly FuzzTarget[] {
  const seeds = new Map(netlinkDecoders().map((decoder) => [decoder.name, decoder.seeds]));
  const target = <T>(name: string, codec: MessageCodec<T>): FuzzTarget => ({
    name: `round trip of ${name}`,
    generate: (random) => mutate(pick(random, seeds.get(name) ?? []), random),
    run(input) {
      // The first writing drops what the second of two equal attributes has hidden.
      const settled = again(codec, again(codec, input));
      if (!settled.equals(again(codec, settled))) throw new Error(`${name}: read and written again they are others`);
    },
  });
  return [
    target("links", linkMessage),
    target("addresses", addressMessage),
    target("routes", routeMessage),
    target("rules", policyRuleMessage),
    target("neighbours", neighbourMessage),
    target("nft chains", chainMessage),
    target("nft sets", setMessage),
    target("nft rules", ruleMessage),
    target("nft elements of bridges", elementsMessage),
    target("IPVS services", commandMessage(IPVS_CMD_GET_SERVICE)),
    target("IPVS destinations", commandMessage(IPVS_CMD_GET_DEST)),
    target("flows", flowMessage),
  ];
}

function again<T>(codec: MessageCodec<T>, bytes: Uint8Array): Buffer {
  const out = new ByteWriter();
  codec.write(out, codec.read(new ByteReader(bytes)));
  return Buffer.from(out.finish());
}
