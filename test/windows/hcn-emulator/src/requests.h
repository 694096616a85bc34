#pragma once
#include "schema.h"

/** Checks a modify request, whose resource types are these by name or number; the list ends with NULL. */
bool requestCheck(Call *call, Json *request, const char *const *resources);
bool requestIs(const Json *request, const char *resource);
