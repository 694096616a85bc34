import type { Namespace } from "@cnm/linux";
import { tellAllNodes } from "./ipv6-frame.ts";

/** Router alert: MLD (RFC 2711), and padding. */
const ROUTER_ALERT = Uint8Array.of(5, 2, 0, 0, 1, 0);
const MLD_QUERY = 130;
/** Milliseconds: from then on bridges hold it for certain that whoever is in a group has said so. */
const ANSWER_WITHIN = 1;

/** A router on the link asks who is in which group (RFC 2710 §3). `router`: its link-local address. */
export function askForGroups(namespace: Namespace, link: string, router: string): void {
  const message = new Uint8Array(24);
  message[0] = MLD_QUERY;
  new DataView(message.buffer).setUint16(4, ANSWER_WITHIN);
  tellAllNodes(namespace, link, { source: router, hopLimit: 1, hopByHop: ROUTER_ALERT, message });
}
