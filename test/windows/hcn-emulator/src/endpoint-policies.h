#pragma once
#include "call.h"

/** Checks policies that come to an endpoint which has the policies of `endpoint`; chooses external ports. */
bool endpointPoliciesCheck(Call *call, Json *policies, const Json *endpoint, const Json *network);
/** Only what makes two bodies comparable: for a removal. */
bool endpointPoliciesNormalize(Call *call, Json *policies, const Json *endpoint);
/** Takes the policies of these types from the endpoint. */
void endpointPoliciesForget(Json *endpoint, const Json *policies);
