#pragma once
#include <windows.h>

#include <computenetwork.h>

/* What computenetwork.dll exports and mingw-w64's header does not declare, and the emulator's own functions: README.md. */

typedef void *HCN_SDNROUTE;

HRESULT WINAPI HcnEnumerateSdnRoutes(PCWSTR Query, PWSTR *SdnRoutes, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCreateSdnRoute(REFGUID Id, PCWSTR Settings, HCN_SDNROUTE *SdnRoute, PWSTR *ErrorRecord);
HRESULT WINAPI HcnOpenSdnRoute(REFGUID Id, HCN_SDNROUTE *SdnRoute, PWSTR *ErrorRecord);
HRESULT WINAPI HcnModifySdnRoute(HCN_SDNROUTE SdnRoute, PCWSTR Settings, PWSTR *ErrorRecord);
HRESULT WINAPI HcnQuerySdnRouteProperties(HCN_SDNROUTE SdnRoute, PCWSTR Query, PWSTR *Properties, PWSTR *ErrorRecord);
HRESULT WINAPI HcnDeleteSdnRoute(REFGUID Id, PWSTR *ErrorRecord);
HRESULT WINAPI HcnCloseSdnRoute(HCN_SDNROUTE SdnRoute);

HRESULT WINAPI HcnEnumerateGuestNetworkServices(PCWSTR Query, PWSTR *Services, PWSTR *ErrorRecord);
HRESULT WINAPI HcnOpenGuestNetworkService(REFGUID Id, PHCN_GUESTNETWORKSERVICE Service, PWSTR *ErrorRecord);
HRESULT WINAPI HcnQueryGuestNetworkServiceProperties(HCN_GUESTNETWORKSERVICE Service, PCWSTR Query, PWSTR *Properties,
                                                     PWSTR *ErrorRecord);
HRESULT WINAPI HcnQueryEndpointStats(HCN_ENDPOINT Endpoint, PCWSTR Query, PWSTR *Statistics, PWSTR *ErrorRecord);
HRESULT WINAPI HcnRegisterNetworkCallback(HCN_NETWORK Network, HCN_NOTIFICATION_CALLBACK Callback, void *Context,
                                          HCN_CALLBACK *CallbackHandle);
HRESULT WINAPI HcnUnregisterNetworkCallback(HCN_CALLBACK CallbackHandle);

/** The body of vmcompute.dll's HNSCall. */
HRESULT WINAPI CnmEmulatorHNSCall(PCWSTR method, PCWSTR path, PCWSTR body, PWSTR *response);

/** Settings, which take the place of those of the same name. E_INVALIDARG unless it is a JSON object. */
HRESULT WINAPI CnmEmulatorConfigure(PCWSTR settings);
/** What is open and alive, as a JSON object; CoTaskMemFree. */
HRESULT WINAPI CnmEmulatorCounters(PWSTR *counters);
/** The service stops, starts, or forgets everything. */
HRESULT WINAPI CnmEmulatorStop(void);
HRESULT WINAPI CnmEmulatorStart(void);
HRESULT WINAPI CnmEmulatorReset(void);
/** Calls that hang return. */
HRESULT WINAPI CnmEmulatorRelease(void);
/** A notification, on demand. `id` may be NULL. */
HRESULT WINAPI CnmEmulatorNotify(DWORD type, PCWSTR id);
