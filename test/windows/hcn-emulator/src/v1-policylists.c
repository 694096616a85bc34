#include "v1-policylists.h"

#include <string.h>

#include "text.h"
#include "v1-fields.h"

enum { ILB = 1, DIRECT_SERVER_RETURN = 1 };

static Json *readCommon(const Json *settings);
static Json *writeCommon(const Json *object);
static Json *firstPolicy(const Json *settings);

bool v1PolicyListIsRoute(const Json *settings) {
  return sameText(jsonTextOf(firstPolicy(settings), "Type"), "ROUTE");
}

Json *v1LoadBalancerRead(Call *call, const Json *settings) {
  (void)call;
  Json *object = readCommon(settings);
  const Json *policy = firstPolicy(settings);
  Json *port = jsonObject();
  static const char *const PORT[] = {"Protocol", "InternalPort", "ExternalPort"};
  for (int i = 0; i < 3; i++) fieldCopy(port, PORT[i], policy, PORT[i]);
  if (jsonIsTrue(policy, "ILB")) jsonSetNumber(port, "Flags", ILB);
  jsonAppend(jsonArrayOf(object, "PortMappings"), port);
  fieldCopy(object, "FrontendVIPs", policy, "VIPs");
  fieldCopy(object, "SourceVIP", policy, "SourceVIP");
  if (jsonIsTrue(policy, "DSR")) jsonSetNumber(object, "Flags", DIRECT_SERVER_RETURN);
  return object;
}

Json *v1LoadBalancerWrite(const Json *loadBalancer) {
  Json *written = writeCommon(loadBalancer);
  JSON_EACH(port, jsonGet(loadBalancer, "PortMappings")) {
    Json *policy = jsonObject();
    jsonSetText(policy, "Type", "ELB");
    static const char *const PORT[] = {"Protocol", "InternalPort", "ExternalPort"};
    for (int i = 0; i < 3; i++) fieldCopy(policy, PORT[i], port, PORT[i]);
    fieldCopy(policy, "VIPs", loadBalancer, "FrontendVIPs");
    fieldCopy(policy, "SourceVIP", loadBalancer, "SourceVIP");
    if ((jsonNumberOf(port, "Flags") & ILB) != 0) jsonSet(policy, "ILB", jsonBoolean(true));
    if ((jsonNumberOf(loadBalancer, "Flags") & DIRECT_SERVER_RETURN) != 0) jsonSet(policy, "DSR", jsonBoolean(true));
    jsonAppend(jsonArrayOf(written, "Policies"), policy);
  }
  return written;
}

Json *v1RouteRead(Call *call, const Json *settings) {
  (void)call;
  Json *object = readCommon(settings);
  const Json *policy = firstPolicy(settings);
  Json *route = jsonObject();
  fieldCopy(route, "DestinationPrefix", policy, "DestinationPrefix");
  fieldCopy(route, "NextHop", policy, "NextHop");
  fieldCopy(route, "NeedEncap", policy, "NeedEncap");
  fieldCopy(route, "NeedEncap", policy, "EncapEnabled");
  jsonAppend(jsonArrayOf(object, "Routes"), route);
  return object;
}

Json *v1RouteWrite(const Json *route) {
  Json *written = writeCommon(route);
  static const char *const LISTS[] = {"Routes", "Setting"};
  for (int i = 0; i < 2; i++) JSON_EACH(setting, jsonGet(route, LISTS[i])) {
      Json *policy = jsonObject();
      jsonSetText(policy, "Type", "ROUTE");
      fieldCopy(policy, "DestinationPrefix", setting, "DestinationPrefix");
      fieldCopy(policy, "NextHop", setting, "NextHop");
      fieldCopy(policy, "EncapEnabled", setting, "NeedEncap");
      jsonAppend(jsonArrayOf(written, "Policies"), policy);
    }
  return written;
}

/** References are `/endpoints/<id>`. */
static Json *readCommon(const Json *settings) {
  Json *object = v2Document();
  fieldCopy(object, "ID", settings, "ID");
  fieldCopy(object, "Owner", settings, "Owner");
  jsonArrayOf(object, "HostComputeEndpoints");
  JSON_EACH(reference, jsonGet(settings, "References")) {
    const char *path = jsonText(reference);
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    if (path != NULL) jsonAppend(jsonGet(object, "HostComputeEndpoints"), jsonString(slash == NULL ? path : slash + 1));
  }
  return object;
}

static Json *writeCommon(const Json *object) {
  Json *written = jsonObject();
  fieldId(written, "ID", object, "ID");
  fieldCopy(written, "Owner", object, "Owner");
  jsonArrayOf(written, "References");
  JSON_EACH(id, jsonGet(object, "HostComputeEndpoints")) {
    char path[64] = "/endpoints/";
    strncat(path, jsonText(id) == NULL ? "" : jsonText(id), 40);
    jsonAppend(jsonGet(written, "References"), jsonString(path));
  }
  return written;
}

static Json *firstPolicy(const Json *settings) {
  return jsonAt(jsonGet(settings, "Policies"), 0);
}
