import type { Namespace } from "@cnm/linux";
import { ipBytes } from "../../packages/linux/src/route/ip-bytes.ts";
import { tellAllNodes } from "./ipv6-frame.ts";

/** A router on the link says: form an address in this prefix (RFC 4861 §4.2, §4.6.2). `router`: its link-local address. */
export function advertisePrefix(namespace: Namespace, link: string, router: string, prefix: string): void {
  tellAllNodes(namespace, link, { source: router, hopLimit: 255, message: message(prefix) });
}

function message(prefix: string): Uint8Array {
  const bytes = new Uint8Array(48);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 134);
  view.setUint8(4, 64);
  // No default router: lifetime 0. Then one option, prefix information: on-link and autonomous, for an hour.
  view.setUint8(16, 3);
  view.setUint8(17, 4);
  view.setUint8(18, 64);
  view.setUint8(19, 0xc0);
  view.setUint32(20, 3_600);
  view.setUint32(24, 3_600);
  bytes.set(ipBytes(prefix), 32);
  return bytes;
}
