#pragma once
#include "call.h"

/** Every endpoint that the object names exists. */
bool endpointsExist(Call *call, const Json *object);
