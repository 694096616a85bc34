#include "statistics.h"

#include "config.h"

Json *endpointStatistics(const Json *endpoint) {
  static const char *const COUNTERS[] = {"BytesReceived",          "BytesSent",   "DroppedPacketsIncoming",
                                         "DroppedPacketsOutgoing", "PacketsReceived", "PacketsSent"};
  const char *id = jsonTextOf(endpoint, "ID");
  const Json *told = jsonGet(configValue("Statistics"), id);
  Json *statistics = jsonObject();
  for (int i = 0; i < 6; i++) jsonSetNumber(statistics, COUNTERS[i], jsonNumberOf(told, COUNTERS[i]));
  jsonSetText(statistics, "EndpointId", id);
  jsonSetText(statistics, "InstanceId", id);
  jsonSetText(statistics, "Name", jsonTextOf(endpoint, "Name") == NULL ? "" : jsonTextOf(endpoint, "Name"));
  return statistics;
}
