/**
 * Every function that computenetwork.dll exports (54), in the types of its C header: the one place where its ABI is written
 * down. A test compares it with mingw-w64's header and import library. Functions are looked up when they are first called: hosts
 * that are older lack some.
 *
 * The last thirteen are in no public header. Those of SDN routes have the shape of all others, as Microsoft's Go client
 * shows. The others are listed for completeness and never called.
 */
export const COMPUTENETWORK = {
  HcnEnumerateNetworks: { args: ["PCWSTR", "PWSTR*", "PWSTR*"], returns: "HRESULT" },
  HcnCreateNetwork: { args: ["REFGUID", "PCWSTR", "HCN_NETWORK*", "PWSTR*"], returns: "HRESULT" },
  HcnOpenNetwork: { args: ["REFGUID", "HCN_NETWORK*", "PWSTR*"], returns: "HRESULT" },
  HcnModifyNetwork: { args: ["HCN_NETWORK", "PCWSTR", "PWSTR*"], returns: "HRESULT" },
  HcnQueryNetworkProperties: { args: ["HCN_NETWORK", "PCWSTR", "PWSTR*", "PWSTR*"], returns: "HRESULT" },
  HcnDeleteNetwork: { args: ["REFGUID", "PWSTR*"], returns: "HRESULT" },
  HcnCloseNetwork: { args: ["HCN_NETWORK"], returns: "HRESULT" },

  HcnEnumerateNamespaces: { args: ["PCWSTR", "PWSTR*", "PWSTR*"], returns: "HRESULT" },
  HcnCreateNamespace: { args: ["REFGUID", "PCWSTR", "HCN_NAMESPACE*", "PWSTR*"], returns: "HRESULT" },
  HcnOpenNamespace: { args: ["REFGUID", "HCN_NAMESPACE*", "PWSTR*"], returns: "HRESULT" },
  HcnModifyNamespace: { args: ["HCN_NAMESPACE", "PCWSTR", "PWSTR*"], returns: "HRESULT" },
  HcnQueryNamespaceProperties: { args: ["HCN_NAMESPACE", "PCWSTR", "PWSTR*", "PWSTR*"], returns: "HRESULT" },
  HcnDeleteNamespace: { args: ["REFGUID", "PWSTR*"], returns: "HRESULT" },
  HcnCloseNamespace: { args: ["HCN_NAMESPACE"], returns: "HRESULT" },

  HcnEnumerateEndpoints: { args: ["PCWSTR", "PWSTR*", "PWSTR*"], returns: "HRESULT" },
  HcnCreateEndpoint: { args: ["HCN_NETWORK", "REFGUID", "PCWSTR", "HCN_ENDPOINT*", "PWSTR*"], returns: "HRESULT" },
  HcnOpenEndpoint: { args: ["REFGUID", "HCN_ENDPOINT*", "PWSTR*"], returns: "HRESULT" },
  HcnModifyEndpoint: { args: ["HCN_ENDPOINT", "PCWSTR", "PWSTR*"], returns: "HRESULT" },
  HcnQueryEndpointProperties: { args: ["HCN_ENDPOINT", "PCWSTR", "PWSTR*", "PWSTR*"], returns: "HRESULT" },
  HcnDeleteEndpoint: { args: ["REFGUID", "PWSTR*"], returns: "HRESULT" },
  HcnCloseEndpoint: { args: ["HCN_ENDPOINT"], returns: "HRESULT" },

  HcnEnumerateLoadBalancers: { args: ["PCWSTR", "PWSTR*", "PWSTR*"], returns: "HRESULT" },
  HcnCreateLoadBalancer: { args: ["REFGUID", "PCWSTR", "HCN_LOADBALANCER*", "PWSTR*"], returns: "HRESULT" },
  HcnOpenLoadBalancer: { args: ["REFGUID", "HCN_LOADBALANCER*", "PWSTR*"], returns: "HRESULT" },
  HcnModifyLoadBalancer: { args: ["HCN_LOADBALANCER", "PCWSTR", "PWSTR*"], returns: "HRESULT" },
  HcnQueryLoadBalancerProperties: { args: ["HCN_LOADBALANCER", "PCWSTR", "PWSTR*", "PWSTR*"], returns: "HRESULT" },
  HcnDeleteLoadBalancer: { args: ["REFGUID", "PWSTR*"], returns: "HRESULT" },
  HcnCloseLoadBalancer: { args: ["HCN_LOADBALANCER"], returns: "HRESULT" },

  HcnRegisterServiceCallback: { args: ["HCN_NOTIFICATION_CALLBACK", "void*", "HCN_CALLBACK*"], returns: "HRESULT" },
  HcnUnregisterServiceCallback: { args: ["HCN_CALLBACK"], returns: "HRESULT" },

  HcnRegisterGuestNetworkServiceCallback: {
    args: ["HCN_GUESTNETWORKSERVICE", "HCN_NOTIFICATION_CALLBACK", "void*", "HCN_CALLBACK*"],
    returns: "HRESULT",
  },
  HcnUnregisterGuestNetworkServiceCallback: { args: ["HCN_CALLBACK"], returns: "HRESULT" },
  HcnCreateGuestNetworkService: {
    args: ["REFGUID", "PCWSTR", "HCN_GUESTNETWORKSERVICE*", "PWSTR*"],
    returns: "HRESULT",
  },
  HcnCloseGuestNetworkService: { args: ["HCN_GUESTNETWORKSERVICE"], returns: "HRESULT" },
  HcnModifyGuestNetworkService: { args: ["HCN_GUESTNETWORKSERVICE", "PCWSTR", "PWSTR*"], returns: "HRESULT" },
  HcnDeleteGuestNetworkService: { args: ["REFGUID", "PWSTR*"], returns: "HRESULT" },

  HcnReserveGuestNetworkServicePort: {
    args: ["HCN_GUESTNETWORKSERVICE", "HCN_PORT_PROTOCOL", "HCN_PORT_ACCESS", "USHORT", "HANDLE*"],
    returns: "HRESULT",
  },
  HcnReserveGuestNetworkServicePortRange: {
    args: ["HCN_GUESTNETWORKSERVICE", "USHORT", "HCN_PORT_RANGE_RESERVATION*", "HANDLE*"],
    returns: "HRESULT",
  },
  HcnReleaseGuestNetworkServicePortReservationHandle: { args: ["HANDLE"], returns: "HRESULT" },
  HcnEnumerateGuestNetworkPortReservations: { args: ["ULONG*", "HCN_PORT_RANGE_ENTRY**"], returns: "HRESULT" },
  HcnFreeGuestNetworkPortReservations: { args: ["HCN_PORT_RANGE_ENTRY*"], returns: "VOID" },

  HcnEnumerateSdnRoutes: { args: ["PCWSTR", "PWSTR*", "PWSTR*"], returns: "HRESULT" },
  HcnCreateSdnRoute: { args: ["REFGUID", "PCWSTR", "HCN_SDNROUTE*", "PWSTR*"], returns: "HRESULT" },
  HcnOpenSdnRoute: { args: ["REFGUID", "HCN_SDNROUTE*", "PWSTR*"], returns: "HRESULT" },
  HcnModifySdnRoute: { args: ["HCN_SDNROUTE", "PCWSTR", "PWSTR*"], returns: "HRESULT" },
  HcnQuerySdnRouteProperties: { args: ["HCN_SDNROUTE", "PCWSTR", "PWSTR*", "PWSTR*"], returns: "HRESULT" },
  HcnDeleteSdnRoute: { args: ["REFGUID", "PWSTR*"], returns: "HRESULT" },
  HcnCloseSdnRoute: { args: ["HCN_SDNROUTE"], returns: "HRESULT" },

  HcnQueryEndpointStats: { args: ["HCN_ENDPOINT", "PCWSTR", "PWSTR*", "PWSTR*"], returns: "HRESULT" },
  HcnEnumerateGuestNetworkServices: { args: ["PCWSTR", "PWSTR*", "PWSTR*"], returns: "HRESULT" },
  HcnOpenGuestNetworkService: { args: ["REFGUID", "HCN_GUESTNETWORKSERVICE*", "PWSTR*"], returns: "HRESULT" },
  HcnQueryGuestNetworkServiceProperties: {
    args: ["HCN_GUESTNETWORKSERVICE", "PCWSTR", "PWSTR*", "PWSTR*"],
    returns: "HRESULT",
  },
  HcnRegisterNetworkCallback: {
    args: ["HCN_NETWORK", "HCN_NOTIFICATION_CALLBACK", "void*", "HCN_CALLBACK*"],
    returns: "HRESULT",
  },
  HcnUnregisterNetworkCallback: { args: ["HCN_CALLBACK"], returns: "HRESULT" },
} as const;

/** Not in mingw-w64's header. */
export const UNDOCUMENTED: readonly (keyof typeof COMPUTENETWORK)[] = [
  "HcnEnumerateSdnRoutes",
  "HcnCreateSdnRoute",
  "HcnOpenSdnRoute",
  "HcnModifySdnRoute",
  "HcnQuerySdnRouteProperties",
  "HcnDeleteSdnRoute",
  "HcnCloseSdnRoute",
  "HcnQueryEndpointStats",
  "HcnEnumerateGuestNetworkServices",
  "HcnOpenGuestNetworkService",
  "HcnQueryGuestNetworkServiceProperties",
  "HcnRegisterNetworkCallback",
  "HcnUnregisterNetworkCallback",
];
