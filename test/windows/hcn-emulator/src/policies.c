#include "policies.h"

#include "address.h"
#include "config.h"
#include "enums.h"
#include "hresults.h"
#include "memory.h"
#include "objects.h"
#include "text.h"

const Field ACL_FIELDS[] = {{"Id", FIELD_TEXT, 0, NULL},
                            {"Protocols", FIELD_TEXT, 0, NULL},
                            {"Action", FIELD_ENUM, 0, NULL},
                            {"Direction", FIELD_ENUM, 0, NULL},
                            {"LocalAddresses", FIELD_TEXT, 0, NULL},
                            {"RemoteAddresses", FIELD_TEXT, 0, NULL},
                            {"LocalPorts", FIELD_TEXT, 0, NULL},
                            {"RemotePorts", FIELD_TEXT, 0, NULL},
                            {"RuleType", FIELD_ENUM, 0, NULL},
                            {"Priority", FIELD_NUMBER, 0, NULL},
                            {0}};

const Field L4_PROXY_FIELDS[] = {{"IP", FIELD_TEXT, 0, NULL},
                                 {"Port", FIELD_TEXT, 0, NULL},
                                 {"Protocol", FIELD_ENUM, 0, NULL},
                                 {"ExceptionList", FIELD_TEXTS, 0, NULL},
                                 {"Exceptions", FIELD_TEXTS, 0, NULL},
                                 {"Destination", FIELD_TEXT, 0, NULL},
                                 {"OutboundNat", FIELD_BOOLEAN, 0, NULL},
                                 {0}};

const Field INTERFACE_CONSTRAINT_FIELDS[] = {{"InterfaceGuid", FIELD_GUID, 0, NULL},
                                             {"InterfaceLuid", FIELD_NUMBER, 0, NULL},
                                             {"InterfaceIndex", FIELD_NUMBER, 0, NULL},
                                             {"InterfaceMediaType", FIELD_NUMBER, 0, NULL},
                                             {"InterfaceAlias", FIELD_TEXT, 0, NULL},
                                             {"InterfaceDescription", FIELD_TEXT, 0, NULL},
                                             {0}};

static const char *const ACTIONS[] = {"Allow", "Block", "Pass", NULL};
static const char *const DIRECTIONS[] = {"In", "Out", NULL};
static const char *const RULE_TYPES[] = {"Host", "Switch", NULL};

enum { MOST_PORT = 65535, VXLAN_PROTOCOL = 252, ANY_PROTOCOL = 256 };

static bool checkPolicy(Call *call, Json *policy, const PolicyType *types, const Json *object);
static bool removePolicy(Call *call, Json *mine, const Json *policy);
static void removeType(Json *mine, const char *type);
static bool aclAddresses(const char *list, const Json *object);
static bool isSet(const char *name, const Json *object);
static bool aclPorts(const char *list);
static bool aclProtocols(const char *list);
static bool readNumber(const char **text, unsigned most, unsigned *number);

bool policiesCheck(Call *call, Json *policies, const PolicyType *types, const Json *object) {
  JSON_EACH(policy, policies) if (!checkPolicy(call, policy, types, object)) return false;
  return true;
}

static bool checkPolicy(Call *call, Json *policy, const PolicyType *types, const Json *object) {
  const PolicyType *type = types;
  while (type->name != NULL && !sameText(type->name, jsonTextOf(policy, "Type"))) type++;
  bool isKnown = type->name != NULL && type->schema <= schemaMinor() && hnsAtLeast(type->major, type->minor);
  if (!isKnown) return fail(call, HCN_E_INVALID_POLICY_TYPE, NULL);
  Json *settings = jsonGet(policy, "Settings");
  if (settings == NULL || settings->kind != JSON_OBJECT) return fail(call, HCN_E_INVALID_POLICY, NULL);
  jsonSetText(policy, "Type", type->name);
  return schemaCheck(call, settings, type->settings) && (type->check == NULL || type->check(call, settings, object));
}

const Json *policySettings(const Json *object, const char *type) {
  JSON_EACH(policy, jsonGet(object, "Policies"))
    if (sameText(jsonTextOf(policy, "Type"), type)) return jsonGet(policy, "Settings");
  return NULL;
}

bool policiesChange(Call *call, Json *object, const Json *request, const Json *policies) {
  Json *mine = jsonArrayOf(object, "Policies");
  const char *kind = jsonTextOf(request, "RequestType");
  if (sameText(kind, "Remove")) {
    JSON_EACH(policy, policies) if (!removePolicy(call, mine, policy)) return false;
    return true;
  }
  if (!sameText(kind, "Add") && !sameText(kind, "Update")) return fail(call, HCN_E_REQUEST_UNSUPPORTED, NULL);
  if (sameText(kind, "Update")) JSON_EACH(policy, policies) removeType(mine, jsonTextOf(policy, "Type"));
  JSON_EACH(policy, policies) jsonAppend(mine, jsonClone(policy));
  return true;
}

/** It has to repeat the policy's whole body. */
static bool removePolicy(Call *call, Json *mine, const Json *policy) {
  for (size_t i = 0; i < mine->count; i++) {
    if (!jsonEqual(mine->items[i], policy)) continue;
    jsonRemoveAt(mine, i);
    return true;
  }
  return fail(call, HCN_E_POLICY_NOT_FOUND, NULL);
}

static void removeType(Json *mine, const char *type) {
  for (size_t i = mine->count; i > 0; i--)
    if (sameText(jsonTextOf(mine->items[i - 1], "Type"), type)) jsonRemoveAt(mine, i - 1);
}

bool addressCheck(Call *call, const Json *settings, const char *key) {
  Address address;
  return addressParse(jsonTextOf(settings, key), &address) ? true : fail(call, HCN_E_INVALID_POLICY, NULL);
}

bool prefixCheck(Call *call, const Json *settings, const char *key) {
  Prefix prefix;
  return prefixParse(jsonTextOf(settings, key), &prefix) ? true : fail(call, HCN_E_INVALID_POLICY, NULL);
}

bool aclCheck(Call *call, Json *settings, const Json *object) {
  bool isNamed = enumNormalize(call, settings, "Action", ACTIONS, HCN_E_INVALID_POLICY) &&
                 enumNormalize(call, settings, "Direction", DIRECTIONS, HCN_E_INVALID_POLICY) &&
                 (jsonGet(settings, "RuleType") == NULL ||
                  enumNormalize(call, settings, "RuleType", RULE_TYPES, HCN_E_INVALID_POLICY));
  if (!isNamed) return false;
  bool isTooNew = sameText(jsonTextOf(settings, "Action"), "Pass") && schemaMinor() < 10;
  bool isGood = !isTooNew && jsonNumberOf(settings, "Priority") <= MOST_PORT &&
                aclAddresses(jsonTextOf(settings, "LocalAddresses"), object) &&
                aclAddresses(jsonTextOf(settings, "RemoteAddresses"), object) &&
                aclPorts(jsonTextOf(settings, "LocalPorts")) && aclPorts(jsonTextOf(settings, "RemotePorts")) &&
                aclProtocols(jsonTextOf(settings, "Protocols"));
  return isGood ? true : fail(call, HCN_E_INVALID_POLICY, NULL);
}

/** Addresses, prefixes, and sets of the network's SetPolicies. "Any" is none of them (hcsshim #1059). */
static bool aclAddresses(const char *list, const Json *object) {
  bool isGood = true;
  for (char *part; (part = nextPart(&list, ',')) != NULL; release(part)) {
    Address address;
    Prefix prefix;
    isGood = isGood && (addressParse(part, &address) || prefixParse(part, &prefix) || isSet(part, object));
  }
  return isGood;
}

static bool isSet(const char *name, const Json *object) {
  const Json *network = objectFind(&networkKind, jsonTextOf(object, "HostComputeNetwork"));
  JSON_EACH(policy, jsonGet(network == NULL ? object : network, "Policies")) {
    bool isMeant = sameText(jsonTextOf(policy, "Type"), "SetPolicy") &&
                   sameText(jsonTextOf(jsonGet(policy, "Settings"), "Id"), name);
    if (isMeant) return true;
  }
  return false;
}

static bool aclPorts(const char *list) {
  bool isGood = true;
  for (char *part; (part = nextPart(&list, ',')) != NULL; release(part)) {
    const char *at = part;
    unsigned first = 0, last = 0;
    bool isOne = readNumber(&at, MOST_PORT, &first) && *at == '\0';
    bool isRange = !isOne && *at == '-' && (at++, readNumber(&at, MOST_PORT, &last)) && *at == '\0' && first <= last;
    isGood = isGood && (isOne || isRange);
  }
  return isGood;
}

static bool aclProtocols(const char *list) {
  bool isGood = true;
  for (char *part; (part = nextPart(&list, ',')) != NULL; release(part)) {
    const char *at = part;
    unsigned protocol = 0;
    bool isNumber = readNumber(&at, ANY_PROTOCOL, &protocol) && *at == '\0';
    isGood = isGood && isNumber && (protocol != VXLAN_PROTOCOL || hnsAtLeast(11, 0));
  }
  return isGood;
}

static bool readNumber(const char **text, unsigned most, unsigned *number) {
  const char *begin = *text;
  *number = 0;
  for (; **text >= '0' && **text <= '9' && *number <= most; (*text)++) *number = *number * 10 + (unsigned)(**text - '0');
  return *text > begin && *number <= most;
}
