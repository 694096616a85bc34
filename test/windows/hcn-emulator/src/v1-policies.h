#pragma once
#include "call.h"

/** The endpoint's v2 policies out of flat v1 policies, added to `endpoint`; and the other way round. */
bool v1PoliciesRead(Call *call, Json *endpoint, const Json *policies);
Json *v1PoliciesWrite(const Json *endpoint);
