#pragma once
#include "call.h"

/** Appends the call to the file of the setting `Log`, a JSON object a line. */
void logCall(const Call *call, const Json *record);
