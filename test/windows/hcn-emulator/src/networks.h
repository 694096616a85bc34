#pragma once
#include "address.h"
#include "json.h"

/** Whether the network's type is the one of this name. */
bool networkIs(const Json *network, const char *type);
/** The subnets of all the network's IPAMs, as a new array of clones. */
Json *networkSubnets(const Json *network);
/** The next hop of the subnet's default route, or NULL. */
const char *subnetGateway(const Json *subnet);
/** A MAC address of the network's pool that no endpoint has; false when there is none. */
bool networkFreeMac(const Json *network, char mac[MAC_TEXT]);
/** The endpoints of a network, as a new array of clones. */
Json *networkEndpoints(const char *networkId);
