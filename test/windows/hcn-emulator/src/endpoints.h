#pragma once
#include "call.h"

enum { REMOTE_ENDPOINT = 1 };

bool endpointIsRemote(const Json *endpoint);
/** Puts it into a namespace, or out of it: tells the listeners. */
void endpointAttach(Json *endpoint, const char *namespaceId);
void endpointDetach(Json *endpoint);
