#include "address.h"
#include "hresults.h"
#include "objects.h"
#include "references.h"
#include "v1-policylists.h"

static const Field SETTING_FIELDS[] = {{"DestinationPrefix", FIELD_TEXT, 0, NULL},
                                       {"NextHop", FIELD_TEXT, 0, NULL},
                                       {"NeedEncap", FIELD_BOOLEAN, 0, NULL},
                                       {"AutomaticEndpointMonitor", FIELD_ANY, 0, NULL},
                                       {0}};
/** The schema's `Routes` is `Setting` in what hcsshim sends. */
static const Field ROUTE_OBJECT_FIELDS[] = {BASE_FIELDS,
                                            {"HostComputeNetwork", FIELD_GUID, 0, NULL},
                                            {"HostComputeEndpoints", FIELD_TEXTS, 0, NULL},
                                            {"Routes", FIELD_OBJECTS, 0, SETTING_FIELDS},
                                            {"Setting", FIELD_OBJECTS, 0, SETTING_FIELDS},
                                            {0}};

static bool routeCreate(Call *call, Json *object, const Json *parent);
static bool routeModify(Call *call, Json *object, Json *request);
static bool checkSettings(Call *call, const Json *settings);

const Kind sdnRouteKind = {.name = "SdnRoute",
                           .table = "SdnRoutes",
                           .handle = HANDLE_SDNROUTE,
                           .notFound = E_WIN32_ELEMENT_NOT_FOUND,
                           .exists = E_WIN32_ALREADY_EXISTS,
                           .fields = ROUTE_OBJECT_FIELDS,
                           .fromV1 = v1RouteRead,
                           .create = routeCreate,
                           .modify = routeModify,
                           .toV1 = v1RouteWrite};

static bool routeCreate(Call *call, Json *object, const Json *parent) {
  (void)parent;
  return endpointsExist(call, object) && checkSettings(call, jsonGet(object, "Routes")) &&
         checkSettings(call, jsonGet(object, "Setting"));
}

static bool checkSettings(Call *call, const Json *settings) {
  JSON_EACH(setting, settings) {
    Prefix destination;
    Address hop;
    bool isGood = prefixParse(jsonTextOf(setting, "DestinationPrefix"), &destination) &&
                  addressParse(jsonTextOf(setting, "NextHop"), &hop);
    if (!isGood) return fail(call, HCN_E_INVALID_POLICY, NULL);
  }
  return true;
}

/** "HCNRoute doesn't implement modify functionality" (hcsshim). */
static bool routeModify(Call *call, Json *object, Json *request) {
  (void)object, (void)request;
  return fail(call, E_NOTIMPL, NULL);
}
