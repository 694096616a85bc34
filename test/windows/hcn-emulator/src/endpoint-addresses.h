#pragma once
#include "call.h"

/** Checks the addresses that a new endpoint asks for, or chooses one; adds the subnet's default route. */
bool endpointAddressesComplete(Call *call, Json *endpoint, const Json *network);
