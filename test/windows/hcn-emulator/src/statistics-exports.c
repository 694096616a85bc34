#include "exports.h"
#include "json-write.h"
#include "memory.h"
#include "object-calls.h"
#include "statistics.h"
#include "task-strings.h"

HRESULT WINAPI HcnQueryEndpointStats(HCN_ENDPOINT Endpoint, PCWSTR Query, PWSTR *Statistics, PWSTR *ErrorRecord) {
  (void)Query;
  Call call;
  if (Statistics != NULL) *Statistics = NULL;
  bool goesOn = callBegin(&call, "HcnQueryEndpointStats", ErrorRecord) && (Statistics != NULL || fail(&call, E_POINTER, NULL));
  const Json *endpoint = goesOn ? objectOfHandle(&call, &endpointKind, Endpoint) : NULL;
  if (endpoint != NULL) {
    Json *statistics = endpointStatistics(endpoint);
    char *text = jsonWrite(statistics, JSON_ANY_LETTERS);
    *Statistics = giveText(text);
    release(text);
    jsonFree(statistics);
  }
  return callEnd(&call);
}
