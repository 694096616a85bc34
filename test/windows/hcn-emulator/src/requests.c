#include "requests.h"

#include "enums.h"
#include "hresults.h"
#include "text.h"

static const Field REQUEST_FIELDS[] = {{"ResourceType", FIELD_ENUM, 0, NULL},
                                       {"RequestType", FIELD_ENUM, 0, NULL},
                                       {"ResourceUri", FIELD_TEXT, 0, NULL},
                                       {"Settings", FIELD_ANY, 0, NULL},
                                       {"SchemaVersion", FIELD_OBJECT, 0, SCHEMA_VERSION_FIELDS},
                                       {0}};

static const char *const REQUESTS[] = {"Add", "Remove", "Update", "Refresh", "Reset", NULL};

bool requestCheck(Call *call, Json *request, const char *const *resources) {
  return schemaCheck(call, request, REQUEST_FIELDS) &&
         enumNormalize(call, request, "ResourceType", resources, HCN_E_REQUEST_UNSUPPORTED) &&
         enumNormalize(call, request, "RequestType", REQUESTS, HCN_E_REQUEST_UNSUPPORTED);
}

bool requestIs(const Json *request, const char *resource) {
  return sameText(jsonTextOf(request, "ResourceType"), resource);
}
