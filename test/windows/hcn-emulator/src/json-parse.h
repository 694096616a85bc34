#pragma once
#include "json.h"

/** A JSON document (RFC 8259), or NULL when the text is none. */
Json *jsonParse(const char *text);
