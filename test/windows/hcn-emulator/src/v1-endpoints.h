#pragma once
#include "call.h"

Json *v1EndpointRead(Call *call, const Json *settings);
Json *v1EndpointWrite(const Json *endpoint);
/** POST to an endpoint: what the settings name takes the place of what it has. */
bool v1EndpointUpdate(Call *call, Json *endpoint, const Json *settings);
