import type { Guid } from "./guid.ts";

/** What HNS tells of. Endpoints have no notification of their creation or deletion: only of being attached and detached. */
export const NOTIFICATIONS = {
  NetworkPreCreate: 0x01,
  NetworkCreate: 0x02,
  NetworkPreDelete: 0x03,
  NetworkDelete: 0x04,
  NamespaceCreate: 0x05,
  NamespaceDelete: 0x06,
  GuestNetworkServiceCreate: 0x07,
  GuestNetworkServiceDelete: 0x08,
  NetworkEndpointAttached: 0x09,
  NetworkEndpointDetached: 0x10,
  GuestNetworkServiceStateChanged: 0x11,
  GuestNetworkServiceInterfaceStateChanged: 0x12,
} as const;

export type HcnNotification =
  | {
      readonly type: keyof typeof NOTIFICATIONS;
      /** The object that it tells of, where HNS says so. */
      readonly id?: Guid;
      readonly data?: unknown;
    }
  /** HNS was stopped, and answers again, or notifications were lost: whatever is known of its objects may be wrong. */
  | { readonly type: "Relist" };
