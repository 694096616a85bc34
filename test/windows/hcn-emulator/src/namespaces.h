#pragma once
#include "call.h"

void namespaceAddEndpoint(Json *target, Json *endpoint);
void namespaceRemoveEndpoint(Json *holder, Json *endpoint);
/** The same as a request: with what speaks against it. */
bool namespaceAttach(Call *call, Json *target, const char *endpointId);
bool namespaceDetach(Call *call, Json *holder, const char *endpointId);
