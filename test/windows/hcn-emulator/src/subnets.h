#pragma once
#include "schema.h"

extern const Field SUBNET_FIELDS[];
extern const Field IP_SUBNET_FIELDS[];

/** Checks the subnets of a new network; gives one to a NAT network that has none, and ids to all. */
bool subnetsComplete(Call *call, Json *network);
/** The same for subnets that are added to it. */
bool subnetsCheck(Call *call, const Json *network);
void subnetComplete(Json *subnet);
