#pragma once
#include "schema.h"

/** A type of policy: since which schema and HNS version there is one, and what its settings may be. */
typedef struct PolicyType {
  const char *name;
  unsigned schema;
  unsigned major;
  unsigned minor;
  const Field *settings;
  /** Checks and completes the settings; NULL: nothing more to check. `object` is the network or endpoint. */
  bool (*check)(Call *call, Json *settings, const Json *object);
} PolicyType;

/** Every policy is of a type of this table, which ends with no name, and has the settings of its type. */
bool policiesCheck(Call *call, Json *policies, const PolicyType *types, const Json *object);

/** The settings of the object's first policy of this type, or NULL. */
const Json *policySettings(const Json *object, const char *type);

/**
 * Carries out Add, Update or Remove on the object's policies. Update replaces all policies of the types that it names [INF].
 * The policies that are added are checked already.
 */
bool policiesChange(Call *call, Json *object, const Json *request, const Json *policies);

extern const Field ACL_FIELDS[];
extern const Field L4_PROXY_FIELDS[];
extern const Field INTERFACE_CONSTRAINT_FIELDS[];
bool aclCheck(Call *call, Json *settings, const Json *object);
/** Whether the field is an IP address; absent it is not. */
bool addressCheck(Call *call, const Json *settings, const char *key);
bool prefixCheck(Call *call, const Json *settings, const char *key);
