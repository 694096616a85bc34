#pragma once
#include <windows.h>

#include "../src/exports.h"
#include "../src/hresults.h"
#include "../src/json.h"

/* A client of computenetwork.dll, compiled against mingw-w64's header and linked with its import library. */

#define V2 "\"SchemaVersion\":{\"Major\":2,\"Minor\":0}"
#define V2_QUERY "{" V2 "}"

/** The functions of one kind of object. */
typedef struct Kind {
  const char *name;
  HRESULT(WINAPI *enumerate)(PCWSTR, PWSTR *, PWSTR *);
  HRESULT(WINAPI *create)(REFGUID, PCWSTR, void **, PWSTR *);
  HRESULT(WINAPI *open)(REFGUID, void **, PWSTR *);
  HRESULT(WINAPI *modify)(void *, PCWSTR, PWSTR *);
  HRESULT(WINAPI *query)(void *, PCWSTR, PWSTR *, PWSTR *);
  HRESULT(WINAPI *remove)(REFGUID, PWSTR *);
  HRESULT(WINAPI *close)(void *);
  HRESULT notFound;
} Kind;

extern const Kind NETWORK, NAMESPACE, LOADBALANCER, SDNROUTE, SERVICE, ENDPOINT;

/** Creates and closes; `network` is for endpoints. The new object's id is newId(). */
HRESULT create(const Kind *kind, const char *network, const char *settings);
HRESULT createWithId(const Kind *kind, const char *network, const char *id, const char *settings);
HRESULT modify(const Kind *kind, const char *id, const char *request);
HRESULT removeObject(const Kind *kind, const char *id);
/** Its v2 document; jsonFree. NULL when there is none. */
Json *query(const Kind *kind, const char *id);
Json *queryAs(const Kind *kind, const char *id, const char *request);
/** Ids; jsonFree. */
Json *enumerate(const Kind *kind, const char *request);
size_t countOf(const Kind *kind);
const char *newId(void);
void *openHandle(const Kind *kind, const char *id);

/** The error record of the last call, or "". */
const char *lastRecord(void);
bool recordSays(HRESULT result);
void takeRecord(PWSTR record);

GUID guidOf(const char *text);
/** Text of a JSON document, at `a/b/0/c`; "" when there is none. Numbers as they are written. */
const char *at(const Json *document, const char *path);

/* The emulator's own functions. */

void emulatorReset(void);
void emulatorRestore(void);
void configure(const char *settings);
Json *counters(void);
unsigned openHandles(void);
long liveStrings(void);
FARPROC emulatorFunction(const char *name);
FARPROC functionOf(const char *library, const char *name);

/** Common starts: a NAT network on 10.0.0.0/24 with gateway .1, and an endpoint in it. Valid until the next of the same. */
const char *givenNetwork(void);
const char *givenEndpoint(const char *network);
const char *givenNamespace(void);
