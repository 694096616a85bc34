#pragma once
#include "kinds.h"

/* What all kinds of objects do. All inside the state. */

/** NULL unless it exists. */
Json *objectFind(const Kind *kind, const char *id);
/** As objectFind; fails the call with the kind's not-found result. */
Json *objectRequire(Call *call, const Kind *kind, const char *id);
/** Takes `settings` over; `id` may be NULL. The object in its table, or NULL. */
Json *objectCreate(Call *call, const Kind *kind, const char *id, Json *settings, const Json *parent);
/** As objectCreate, for a v2 document, whatever its SchemaVersion. */
Json *objectCreateV2(Call *call, const Kind *kind, const char *id, Json *document, const Json *parent);
bool objectRemove(Call *call, const Kind *kind, Json *object);
/** A new document for an object, which takes the place of its old one. Returns where it is now. */
Json *objectReplace(const Kind *kind, Json *object, Json *changed);

/** What a caller sees of it. */
Json *objectDescribe(const Kind *kind, const Json *object, bool isV2);

/** Whether the document is one that the query's `Filter` lets through. */
bool objectMatches(const Json *object, const Json *filter);

typedef struct Query {
  bool isV2;
  bool isDetailed;
  Json *filter;
} Query;

bool queryRead(Call *call, PCWSTR text, Query *query);
