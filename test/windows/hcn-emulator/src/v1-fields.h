#pragma once
#include "call.h"

/* Between the documents of v1 and v2. */

/** Copies the field, under another name, if it is there. */
void fieldCopy(Json *to, const char *toKey, const Json *from, const char *fromKey);
/** A list of v2 out of a comma list of v1, and back. Nothing for nothing. */
void fieldSplit(Json *to, const char *toKey, const Json *from, const char *fromKey);
void fieldJoin(Json *to, const char *toKey, const Json *from, const char *fromKey);
/** Ids are upper case in v1. */
void fieldId(Json *to, const char *toKey, const Json *from, const char *fromKey);
/** A policy of v2 with these settings, which are taken over. */
void policyAdd(Json *object, const char *type, Json *settings);
Json *v2Document(void);
