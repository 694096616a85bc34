#pragma once
#include "call.h"
#include "handles.h"
#include "schema.h"

/**
 * A kind of object, and what is its own of what all kinds do. A function that fails the call returns false or NULL, and has
 * changed nothing then.
 */
typedef struct Kind {
  const char *name;
  /** Its table in the state. */
  const char *table;
  HandleKind handle;
  HRESULT notFound;
  HRESULT exists;
  const Field *fields;
  /** A v2 document out of a v1 document; NULL: both are the same. */
  Json *(*fromV1)(Call *call, const Json *settings);
  /** Checks and completes the document of a new object. `parent` is the network of an endpoint, else NULL. */
  bool (*create)(Call *call, Json *object, const Json *parent);
  /** After the object is in its table. */
  void (*created)(Json *object);
  bool (*modify)(Call *call, Json *object, Json *request);
  /** Whether it may go; then undoes what hangs on it. */
  bool (*remove)(Call *call, Json *object);
  /** After it has gone; `object` is its last state. */
  void (*removed)(const Json *object);
  /** Adds to a copy of the object what is known only now. */
  void (*describe)(Json *document);
  /** The v1 document; NULL: as v2. */
  Json *(*toV1)(const Json *object);
} Kind;

extern const Kind networkKind;
extern const Kind endpointKind;
extern const Kind namespaceKind;
extern const Kind loadBalancerKind;
extern const Kind sdnRouteKind;
extern const Kind guestNetworkServiceKind;
