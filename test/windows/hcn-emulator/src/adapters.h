#pragma once
#include "call.h"

/** Types with an external switch need a network adapter of the host: the named one, or the first that is free. */
bool adapterChoose(Call *call, Json *network);
