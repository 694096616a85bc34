#include "references.h"

#include "objects.h"

bool endpointsExist(Call *call, const Json *object) {
  JSON_EACH(id, jsonGet(object, "HostComputeEndpoints"))
    if (objectRequire(call, &endpointKind, jsonText(id)) == NULL) return false;
  return true;
}
