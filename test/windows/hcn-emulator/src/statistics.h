#pragma once
#include "json.h"

/** Counters of an endpoint: zero, or what the setting `Statistics` says of its id. */
Json *endpointStatistics(const Json *endpoint);
