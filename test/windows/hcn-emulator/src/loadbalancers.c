#include "config.h"
#include "enums.h"
#include "address.h"
#include "hresults.h"
#include "objects.h"
#include "port-mappings.h"
#include "references.h"
#include "state.h"
#include "text.h"
#include "v1-policylists.h"

static const Field PORT_FIELDS[] = {{"Protocol", FIELD_ENUM, 0, NULL},
                                    {"InternalPort", FIELD_NUMBER, 0, NULL},
                                    {"ExternalPort", FIELD_NUMBER, 0, NULL},
                                    {"DistributionType", FIELD_ENUM, 7, NULL},
                                    {"Flags", FIELD_ENUM, 0, NULL},
                                    {0}};
static const Field LOADBALANCER_FIELDS[] = {BASE_FIELDS,
                                            {"HostComputeNetwork", FIELD_GUID, 5, NULL},
                                            {"HostComputeEndpoints", FIELD_TEXTS, 0, NULL},
                                            {"SourceVIP", FIELD_TEXT, 0, NULL},
                                            {"FrontendVIPs", FIELD_TEXTS, 0, NULL},
                                            {"PortMappings", FIELD_OBJECTS, 0, PORT_FIELDS},
                                            {"Flags", FIELD_ENUM, 0, NULL},
                                            {0}};

static const FlagName FLAGS[] = {{"EnableDirectServerReturn", 1}, {"IPv6", 2}, {NULL, 0}};
static const FlagName PORT_FLAGS[] = {{"EnableInternalLoadBalancer", 1}, {"LocalRoutedVip", 2}, {"NotUsed", 4},
                                      {"UseMux", 4}, {"EnablePreserveDip", 8}, {NULL, 0}};
static const char *const DISTRIBUTIONS[] = {"None", "SourceIPProtocol", "SourceIP", NULL};

enum { DIRECT_SERVER_RETURN = 1, IPV6 = 2, MOST_PORT = 65535 };

static bool loadBalancerCreate(Call *call, Json *object, const Json *parent);
static bool loadBalancerModify(Call *call, Json *object, Json *request);
static bool checkFlags(Call *call, Json *object);
static bool checkAddresses(Call *call, const Json *object);
static bool checkPort(Call *call, Json *port);
static bool checkClash(Call *call, const Json *object);
static bool clash(const Json *a, const Json *b);
static bool shareVip(const Json *a, const Json *b);

const Kind loadBalancerKind = {.name = "LoadBalancer",
                               .table = "LoadBalancers",
                               .handle = HANDLE_LOADBALANCER,
                               .notFound = E_WIN32_ELEMENT_NOT_FOUND,
                               .exists = E_WIN32_ALREADY_EXISTS,
                               .fields = LOADBALANCER_FIELDS,
                               .fromV1 = v1LoadBalancerRead,
                               .create = loadBalancerCreate,
                               .modify = loadBalancerModify,
                               .toV1 = v1LoadBalancerWrite};

static bool loadBalancerCreate(Call *call, Json *object, const Json *parent) {
  (void)parent;
  if (!checkFlags(call, object) || !checkAddresses(call, object) || !endpointsExist(call, object)) return false;
  Json *ports = jsonGet(object, "PortMappings");
  // One that balances no port [INF].
  if (jsonCount(ports) == 0) return fail(call, HCN_E_INVALID_POLICY, NULL);
  JSON_EACH(port, ports) if (!checkPort(call, port)) return false;
  return checkClash(call, object);
}

static bool checkFlags(Call *call, Json *object) {
  if (!flagsNormalize(call, object, "Flags", FLAGS)) return false;
  unsigned major, minor;
  hnsVersion(&major, &minor);
  uint64_t flags = jsonNumberOf(object, "Flags");
  bool hasReturn = (major == 9 && minor >= 3) || hnsAtLeast(10, 2);
  bool isTooNew = ((flags & DIRECT_SERVER_RETURN) != 0 && !hasReturn) || ((flags & IPV6) != 0 && schemaMinor() < 8);
  return isTooNew ? fail(call, E_INVALIDARG, NULL) : true;
}

static bool checkAddresses(Call *call, const Json *object) {
  Address address;
  const char *source = jsonTextOf(object, "SourceVIP");
  if (source != NULL && source[0] != '\0' && !addressParse(source, &address)) return fail(call, HCN_E_INVALID_IP, NULL);
  JSON_EACH(vip, jsonGet(object, "FrontendVIPs"))
    if (!addressParse(jsonText(vip), &address)) return fail(call, HCN_E_INVALID_IP, NULL);
  return true;
}

static bool checkPort(Call *call, Json *port) {
  uint64_t internal = jsonNumberOf(port, "InternalPort");
  uint64_t external = jsonNumberOf(port, "ExternalPort");
  if (!portProtocolNormalize(call, port) || !flagsNormalize(call, port, "Flags", PORT_FLAGS)) return false;
  if (internal == 0) return fail(call, HCN_E_INVALID_INTERNAL_PORT, NULL);
  if (internal > MOST_PORT || external == 0 || external > MOST_PORT) return fail(call, HCN_E_INVALID_POLICY, NULL);
  if (jsonGet(port, "DistributionType") == NULL) return true;
  if (!enumNormalize(call, port, "DistributionType", DISTRIBUTIONS, HCN_E_INVALID_POLICY)) return false;
  bool isPlain = sameText(jsonTextOf(port, "DistributionType"), "None");
  return isPlain || hnsAtLeast(12, 0) ? true : fail(call, HCN_E_INVALID_POLICY, NULL);
}

static bool checkClash(Call *call, const Json *object) {
  JSON_EACH(other, stateTable(loadBalancerKind.table)) {
    bool isSelf = sameText(jsonTextOf(other, "ID"), jsonTextOf(object, "ID"));
    if (!isSelf && clash(object, other)) return fail(call, HCN_E_PORT_ALREADY_EXISTS, NULL);
  }
  return true;
}

static bool clash(const Json *a, const Json *b) {
  if (!shareVip(a, b)) return false;
  JSON_EACH(mine, jsonGet(a, "PortMappings")) JSON_EACH(theirs, jsonGet(b, "PortMappings")) {
    bool isSame = jsonNumberOf(mine, "ExternalPort") == jsonNumberOf(theirs, "ExternalPort") &&
                  jsonNumberOf(mine, "Protocol") == jsonNumberOf(theirs, "Protocol");
    if (isSame) return true;
  }
  return false;
}

/** No address means all addresses of the node, of one family; that two of these clash, and one of each does not, is [INF]. */
static bool shareVip(const Json *a, const Json *b) {
  const Json *mine = jsonGet(a, "FrontendVIPs");
  const Json *theirs = jsonGet(b, "FrontendVIPs");
  bool isSameFamily = (jsonNumberOf(a, "Flags") & IPV6) == (jsonNumberOf(b, "Flags") & IPV6);
  if (jsonCount(mine) == 0 || jsonCount(theirs) == 0) return isSameFamily && jsonCount(mine) == jsonCount(theirs);
  JSON_EACH(vip, mine) JSON_EACH(other, theirs) if (jsonEqual(vip, other)) return true;
  return false;
}

/** The request is the whole document. hcsshim asks for 15.4, where it is broken (kubernetes #131466); it works from 15.5 on. */
static bool loadBalancerModify(Call *call, Json *object, Json *request) {
  if (!hnsAtLeast(15, 5)) return fail(call, E_NOTIMPL, NULL);
  if (!schemaCheck(call, request, LOADBALANCER_FIELDS)) return false;
  Json *changed = jsonClone(request);
  jsonSetText(changed, "ID", jsonTextOf(object, "ID"));
  jsonRemove(changed, "SchemaVersion");
  bool isGood = loadBalancerCreate(call, changed, NULL);
  if (isGood) objectReplace(&loadBalancerKind, object, changed);
  else jsonFree(changed);
  return isGood;
}
