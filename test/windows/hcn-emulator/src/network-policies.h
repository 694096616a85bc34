#pragma once
#include "call.h"

/** Checks the policies of a new network. */
bool networkPoliciesCheck(Call *call, Json *network);
/** Checks policies that come to a network. */
bool networkPolicyListCheck(Call *call, Json *policies, const Json *network);
