#include "exports.h"

#include "object-calls.h"

/* One row of functions a kind of object: what computenetwork.h declares. */

#define OBJECT_FUNCTIONS(Name, Names, Handle, kind)                                                        \
  HRESULT WINAPI HcnEnumerate##Names(PCWSTR Query, PWSTR *Ids, PWSTR *ErrorRecord) {                       \
    return enumerateObjects("HcnEnumerate" #Names, &kind, Query, Ids, ErrorRecord);                        \
  }                                                                                                        \
  HRESULT WINAPI HcnOpen##Name(REFGUID Id, Handle *Object, PWSTR *ErrorRecord) {                           \
    return openObject("HcnOpen" #Name, &kind, Id, Object, ErrorRecord);                                    \
  }                                                                                                        \
  HRESULT WINAPI HcnModify##Name(Handle Object, PCWSTR Settings, PWSTR *ErrorRecord) {                     \
    return modifyObject("HcnModify" #Name, &kind, Object, Settings, ErrorRecord);                          \
  }                                                                                                        \
  HRESULT WINAPI HcnQuery##Name##Properties(Handle Object, PCWSTR Query, PWSTR *Properties, PWSTR *ErrorRecord) { \
    return queryObject("HcnQuery" #Name "Properties", &kind, Object, Query, Properties, ErrorRecord);      \
  }                                                                                                        \
  HRESULT WINAPI HcnDelete##Name(REFGUID Id, PWSTR *ErrorRecord) {                                         \
    return deleteObject("HcnDelete" #Name, &kind, Id, ErrorRecord);                                        \
  }                                                                                                        \
  HRESULT WINAPI HcnClose##Name(Handle Object) {                                                           \
    return closeObject("HcnClose" #Name, kind.handle, Object);                                             \
  }

#define CREATE_FUNCTION(Name, Handle, kind)                                                           \
  HRESULT WINAPI HcnCreate##Name(REFGUID Id, PCWSTR Settings, Handle *Object, PWSTR *ErrorRecord) {   \
    return createObject("HcnCreate" #Name, &kind, NULL, Id, Settings, Object, ErrorRecord);           \
  }

OBJECT_FUNCTIONS(Network, Networks, HCN_NETWORK, networkKind)
CREATE_FUNCTION(Network, HCN_NETWORK, networkKind)
OBJECT_FUNCTIONS(Namespace, Namespaces, HCN_NAMESPACE, namespaceKind)
CREATE_FUNCTION(Namespace, HCN_NAMESPACE, namespaceKind)
OBJECT_FUNCTIONS(LoadBalancer, LoadBalancers, HCN_LOADBALANCER, loadBalancerKind)
CREATE_FUNCTION(LoadBalancer, HCN_LOADBALANCER, loadBalancerKind)
OBJECT_FUNCTIONS(SdnRoute, SdnRoutes, HCN_SDNROUTE, sdnRouteKind)
CREATE_FUNCTION(SdnRoute, HCN_SDNROUTE, sdnRouteKind)
OBJECT_FUNCTIONS(GuestNetworkService, GuestNetworkServices, HCN_GUESTNETWORKSERVICE, guestNetworkServiceKind)
CREATE_FUNCTION(GuestNetworkService, HCN_GUESTNETWORKSERVICE, guestNetworkServiceKind)
OBJECT_FUNCTIONS(Endpoint, Endpoints, HCN_ENDPOINT, endpointKind)

HRESULT WINAPI HcnCreateEndpoint(HCN_NETWORK Network, REFGUID Id, PCWSTR Settings, HCN_ENDPOINT *Endpoint,
                                 PWSTR *ErrorRecord) {
  return createObject("HcnCreateEndpoint", &endpointKind, Network, Id, Settings, Endpoint, ErrorRecord);
}
