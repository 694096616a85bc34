#pragma once
#include "call.h"

enum { PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };

/** The settings' protocol becomes 6 or 17. */
bool portProtocolNormalize(Call *call, Json *settings);
/** Checks the ports of the PortMapping policies, against each other and all that are taken; chooses those that are 0. */
bool portMappingsComplete(Call *call, Json *policies, const Json *endpoint, const Json *network);
