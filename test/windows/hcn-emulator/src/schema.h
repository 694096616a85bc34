#pragma once
#include "call.h"

typedef enum FieldKind {
  FIELD_TEXT,
  FIELD_NUMBER,
  FIELD_BOOLEAN,
  /** By name or by number. */
  FIELD_ENUM,
  FIELD_GUID,
  FIELD_OBJECT,
  FIELD_OBJECTS,
  FIELD_TEXTS,
  FIELD_ANY
} FieldKind;

/** A field of a document: since which 2.x schema there is one, and, if it holds objects, their fields. A table ends with no name. */
typedef struct Field {
  const char *name;
  FieldKind kind;
  unsigned since;
  const struct Field *fields;
} Field;

/** The fields that every object has. */
#define BASE_FIELDS                                                                                              \
  {"ID", FIELD_GUID, 0, NULL}, {"Owner", FIELD_TEXT, 0, NULL}, {"Name", FIELD_TEXT, 0, NULL},                    \
      {"Version", FIELD_NUMBER, 0, NULL}, {"AdditionalParams", FIELD_ANY, 0, NULL},                              \
      {"Health", FIELD_ANY, 0, NULL}, {"SchemaVersion", FIELD_OBJECT, 0, SCHEMA_VERSION_FIELDS},                 \
      {"Telemetry", FIELD_ANY, 0, NULL}, {"State", FIELD_ENUM, 0, NULL}

extern const Field SCHEMA_VERSION_FIELDS[];
extern const Field DNS_FIELDS[];
extern const Field ROUTE_FIELDS[];
extern const Field POLICY_FIELDS[];

/** Fails with HCN_E_INVALID_JSON for a field that is unknown to this schema, or of another kind. */
bool schemaCheck(Call *call, const Json *document, const Field *fields);

/** A document as it came, without its nulls; NULL, and the call failed, unless it is a JSON object. */
Json *schemaRead(Call *call, PCWSTR text);

/** Whether it is a 2.x document that this HNS can read; fails for one that is newer. */
bool schemaIsV2(const Json *document);
