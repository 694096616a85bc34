#pragma once
#include "call.h"

/* A policy list of v1 is a load balancer (ELB) or a route (ROUTE) of v2. */

Json *v1LoadBalancerRead(Call *call, const Json *settings);
Json *v1LoadBalancerWrite(const Json *loadBalancer);
Json *v1RouteRead(Call *call, const Json *settings);
Json *v1RouteWrite(const Json *route);
bool v1PolicyListIsRoute(const Json *settings);
