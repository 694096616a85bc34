#include "enums.h"
#include "hresults.h"
#include "notifications.h"
#include "objects.h"
#include "ports.h"
#include "requests.h"
#include "state.h"

static const Field RPC_FIELDS[] = {{"NetworkAddress", FIELD_TEXT, 0, NULL},
                                   {"EndpointAddress", FIELD_TEXT, 0, NULL},
                                   {"EndpointType", FIELD_ENUM, 0, NULL},
                                   {"ObjectUuid", FIELD_GUID, 0, NULL},
                                   {0}};
static const Field SERVICE_FIELDS[] = {BASE_FIELDS,
                                       {"VirtualMachineId", FIELD_GUID, 0, NULL},
                                       {"MirrorHostNetworking", FIELD_BOOLEAN, 5, NULL},
                                       {"MirroredInterfaces", FIELD_ANY, 5, NULL},
                                       {"GnsRpcServerInformation", FIELD_OBJECT, 0, RPC_FIELDS},
                                       {"Flags", FIELD_ENUM, 0, NULL},
                                       {0}};
static const Field STATE_FIELDS[] = {{"State", FIELD_ENUM, 0, NULL}, {0}};

static const FlagName FLAGS[] = {{"IsFlowsteered", 1}, {"IsFlowsteeredSelfManaged", 2}, {NULL, 0}};
static const char *const RESOURCES[] = {"State", NULL};
static const char *const STATES[] = {"None",         "Created",       "Bootstrapping", "Synchronized", "Paused",
                                     "Desynchronized", "Rehydrating", "Degraded",      "Destroyed",    NULL};

static bool serviceCreate(Call *call, Json *object, const Json *parent);
static void serviceCreated(Json *object);
static bool serviceModify(Call *call, Json *object, Json *request);
static void serviceRemoved(const Json *object);

const Kind guestNetworkServiceKind = {.name = "GuestNetworkService",
                                      .table = "GuestNetworkServices",
                                      .handle = HANDLE_GUESTNETWORKSERVICE,
                                      .notFound = E_WIN32_ELEMENT_NOT_FOUND,
                                      .exists = E_WIN32_ALREADY_EXISTS,
                                      .fields = SERVICE_FIELDS,
                                      .create = serviceCreate,
                                      .created = serviceCreated,
                                      .modify = serviceModify,
                                      .removed = serviceRemoved};

static bool serviceCreate(Call *call, Json *object, const Json *parent) {
  (void)parent;
  jsonSetText(object, "State", "Created");
  return flagsNormalize(call, object, "Flags", FLAGS);
}

static void serviceCreated(Json *object) {
  notify(HcnNotificationGuestNetworkServiceCreate, jsonTextOf(object, "ID"), NULL);
}

static bool serviceModify(Call *call, Json *object, Json *request) {
  Json *settings = jsonGet(request, "Settings");
  if (!requestCheck(call, request, RESOURCES)) return false;
  if (settings == NULL || settings->kind != JSON_OBJECT) return fail(call, HCN_E_INVALID_JSON, NULL);
  if (!schemaCheck(call, settings, STATE_FIELDS)) return false;
  if (!enumNormalize(call, settings, "State", STATES, HCN_E_INVALID_JSON)) return false;
  jsonSetText(object, "State", jsonTextOf(settings, "State"));
  Json *data = jsonObject();
  jsonSetText(data, "State", jsonTextOf(settings, "State"));
  jsonArrayOf(data, "Interfaces");
  notifyObject(HcnNotificationGuestNetworkServiceStateChanged, jsonTextOf(object, "ID"), data);
  stateChanged();
  return true;
}

static void serviceRemoved(const Json *object) {
  portsForget(jsonTextOf(object, "ID"));
  notify(HcnNotificationGuestNetworkServiceDelete, jsonTextOf(object, "ID"), NULL);
}
