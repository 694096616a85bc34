#pragma once
#include "call.h"

/** The v2 document of a v1 network, and the other way round. */
Json *v1NetworkRead(Call *call, const Json *settings);
Json *v1NetworkWrite(const Json *network);
