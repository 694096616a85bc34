import { readAttributes } from "../../netlink/attributes.ts";
import { ByteReader } from "../../netlink/byte-reader.ts";
import { AF_BRIDGE, AF_INET, NLM_F_REPLACE } from "../../netlink/constants.ts";
import type { NetlinkMessage } from "../../netlink/message.ts";
import { addressMessage } from "../../route/address/address-message.ts";
import {
  IFF_UP,
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_DELROUTE,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWROUTE,
} from "../../route/constants.ts";
import { type LinkMessage, linkMessage } from "../../route/link/link-message.ts";
import { routeMessage } from "../../route/route/route-message.ts";
import { type Expectation, placeOf, type Watched } from "./expectations.ts";
import { OUR_PROTOCOL } from "./settle.ts";

export interface SuspicionParts {
  at(place: string): readonly Expectation[];
  /** It was found not to be as it should: whatever is said of it now may be that it is mended. */
  isKnownBad(expectation: Expectation): boolean;
  /** What is wrong with it may be mended now: it is news again, if it still is. */
  sayAgain(expectation: Expectation): void;
  /** Whether there is any such. */
  readonly anyBad: boolean;
  /** The index of a link of the host. */
  indexOf(name: string): number | undefined;
}

/** In struct ifinfomsg. What is new is said to have changed in every way. */
const CHANGE_AT = 12;
const ALL_CHANGED = 0xffff_ffff;

/** In struct rtmsg. */
const PROTOCOL_AT = 5;
const IFINFOMSG = 16;
const IFLA_IFNAME = 3;

/**
 * What a notification of rtnetlink gives reason to look at: what is deleted, links that are down or at another bridge than
 * they should be, and routes that others take the place of. Much else is said all the time (carrier, statistics, neighbours
 * of routing daemons), and costs next to nothing here.
 */
export function suspectsOf(
  { type, flags, payload }: NetlinkMessage,
  netns: string | undefined,
  parts: SuspicionParts,
): readonly Expectation[] {
  const suspects = (kind: Watched["kind"], name: string, isReason: (one: Expectation) => boolean) =>
    parts.at(placeOf(kind, netns, name)).filter((one) => parts.isKnownBad(one) || isReason(one));
  switch (type) {
    case RTM_NEWLINK:
    case RTM_DELLINK: {
      const isGone = type === RTM_DELLINK;
      const name = nameOf(payload);
      // Whatever is being made is spoken of over and over: that is not even read.
      const known = suspects("link", name, ({ arriving }) => isGone || !arriving);
      if (!isGone && isNew(payload)) {
        const standing = parts.at(placeOf("parent", netns, name)).filter(({ arriving }) => !arriving);
        for (const one of standing) parts.sayAgain(one);
        if (standing.length > 0) return [...known, ...standing];
      }
      if (isGone || known.length === 0) return known;
      const message = linkMessage.read(new ByteReader(payload));
      return known.filter((one) => parts.isKnownBad(one) || isAmiss(one.resource, message, name, parts));
    }
    case RTM_NEWADDR:
    case RTM_DELADDR: {
      if (type === RTM_NEWADDR && !parts.anyBad) return [];
      const { prefixLength, attributes } = addressMessage.read(new ByteReader(payload));
      const address = attributes.IFA_LOCAL ?? attributes.IFA_ADDRESS;
      return suspects("address", `${address}/${prefixLength}`, () => type === RTM_DELADDR);
    }
    case RTM_NEWROUTE:
    case RTM_DELROUTE: {
      const isReplaced = type === RTM_NEWROUTE && (flags & NLM_F_REPLACE) !== 0;
      if (payload[PROTOCOL_AT] !== OUR_PROTOCOL && !isReplaced) return [];
      if (type === RTM_NEWROUTE && !isReplaced && !parts.anyBad) return [];
      const { family, destinationLength, attributes } = routeMessage.read(new ByteReader(payload));
      const any = family === AF_INET ? "0.0.0.0" : "::";
      const destination = `${attributes.RTA_DST ?? any}/${destinationLength}`;
      return suspects("route", destination, (one) => type === RTM_DELROUTE || (isReplaced && !one.arriving));
    }
    default:
      return [];
  }
}

const isNew = (payload: Uint8Array): boolean =>
  payload.length >= IFINFOMSG &&
  new DataView(payload.buffer, payload.byteOffset).getUint32(CHANGE_AT, true) === ALL_CHANGED;

/** Of a link message. The rest of it is long, and rarely of interest. */
function nameOf(payload: Uint8Array): string {
  const input = new ByteReader(payload);
  input.bytes(IFINFOMSG);
  for (const { type, payload: name } of readAttributes(input)) {
    if (type === IFLA_IFNAME) return Buffer.from(name).toString("utf8", 0, name.length - 1);
  }
  return "";
}

function isAmiss(
  resource: Watched,
  { family, flags, attributes }: LinkMessage,
  name: string,
  { indexOf }: SuspicionParts,
): boolean {
  // A bridge's own words about its ports: what matters of them is said of the link, too.
  if (resource.kind !== "link" || family === AF_BRIDGE) return false;
  const { peer } = resource;
  const isPeer = peer?.name === name && resource.name !== name;
  const isUp = (flags & IFF_UP) !== 0;
  const end = isPeer ? peer : resource;
  if (end.up !== isUp) return true;
  if (end.master === undefined) return false;
  return (
    attributes.IFLA_MASTER === undefined || (end.netns === undefined && attributes.IFLA_MASTER !== indexOf(end.master))
  );
}
