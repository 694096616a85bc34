#include "client.h"

#include <objbase.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../src/guid.h"
#include "../src/json-parse.h"
#include "../src/memory.h"
#include "../src/text.h"
#include "suite.h"

#define KIND(Name, Names, notFound)                                                                                \
  {#Name, HcnEnumerate##Names, HcnCreate##Name, HcnOpen##Name, HcnModify##Name, HcnQuery##Name##Properties,         \
   HcnDelete##Name, HcnClose##Name, notFound}

const Kind NETWORK = KIND(Network, Networks, HCN_E_NETWORK_NOT_FOUND);
const Kind NAMESPACE = KIND(Namespace, Namespaces, E_WIN32_ELEMENT_NOT_FOUND);
const Kind LOADBALANCER = KIND(LoadBalancer, LoadBalancers, E_WIN32_ELEMENT_NOT_FOUND);
const Kind SDNROUTE = KIND(SdnRoute, SdnRoutes, E_WIN32_ELEMENT_NOT_FOUND);
const Kind SERVICE = {"GuestNetworkService",
                      HcnEnumerateGuestNetworkServices,
                      HcnCreateGuestNetworkService,
                      HcnOpenGuestNetworkService,
                      HcnModifyGuestNetworkService,
                      HcnQueryGuestNetworkServiceProperties,
                      HcnDeleteGuestNetworkService,
                      HcnCloseGuestNetworkService,
                      E_WIN32_ELEMENT_NOT_FOUND};
const Kind ENDPOINT = {"Endpoint",       HcnEnumerateEndpoints,      NULL,
                       HcnOpenEndpoint,  HcnModifyEndpoint,          HcnQueryEndpointProperties,
                       HcnDeleteEndpoint, HcnCloseEndpoint,          HCN_E_ENDPOINT_NOT_FOUND};

static char record[4096];
static char created[GUID_TEXT];

static HRESULT createIn(const Kind *kind, const char *network, const GUID *id, PCWSTR settings, void **handle, PWSTR *error);
static void learnId(const Kind *kind, void *handle);
static Json *take(PWSTR text);

HRESULT create(const Kind *kind, const char *network, const char *settings) {
  return createWithId(kind, network, "00000000-0000-0000-0000-000000000000", settings);
}

HRESULT createWithId(const Kind *kind, const char *network, const char *id, const char *settings) {
  GUID guid = guidOf(id);
  PWSTR wide = widen(settings);
  void *handle = NULL;
  PWSTR error = NULL;
  HRESULT result = createIn(kind, network, &guid, wide, &handle, &error);
  takeRecord(error);
  release(wide);
  created[0] = '\0';
  if (SUCCEEDED(result)) {
    learnId(kind, handle);
    CHECK_RESULT(S_OK, kind->close(handle));
  }
  CHECK(SUCCEEDED(result) || handle == NULL);
  return result;
}

static HRESULT createIn(const Kind *kind, const char *network, const GUID *id, PCWSTR settings, void **handle, PWSTR *error) {
  if (kind != &ENDPOINT) return kind->create(id, settings, handle, error);
  void *parent = openHandle(&NETWORK, network);
  HRESULT result = HcnCreateEndpoint(parent, id, settings, handle, error);
  HcnCloseNetwork(parent);
  return result;
}

static void learnId(const Kind *kind, void *handle) {
  PWSTR properties = NULL;
  kind->query(handle, L"{\"SchemaVersion\":{\"Major\":2}}", &properties, NULL);
  Json *document = take(properties);
  strcpy(created, at(document, "ID"));
  jsonFree(document);
}

HRESULT modify(const Kind *kind, const char *id, const char *request) {
  void *handle = openHandle(kind, id);
  PWSTR wide = widen(request);
  PWSTR error = NULL;
  HRESULT result = kind->modify(handle, wide, &error);
  takeRecord(error);
  release(wide);
  kind->close(handle);
  return result;
}

HRESULT removeObject(const Kind *kind, const char *id) {
  GUID guid = guidOf(id);
  PWSTR error = NULL;
  HRESULT result = kind->remove(&guid, &error);
  takeRecord(error);
  return result;
}

Json *query(const Kind *kind, const char *id) {
  return queryAs(kind, id, V2_QUERY);
}

Json *queryAs(const Kind *kind, const char *id, const char *request) {
  void *handle = openHandle(kind, id);
  if (handle == NULL) return NULL;
  PWSTR wide = widen(request);
  PWSTR properties = NULL;
  PWSTR error = NULL;
  kind->query(handle, wide, &properties, &error);
  takeRecord(error);
  release(wide);
  kind->close(handle);
  return take(properties);
}

Json *enumerate(const Kind *kind, const char *request) {
  PWSTR wide = widen(request);
  PWSTR ids = NULL;
  PWSTR error = NULL;
  kind->enumerate(wide, &ids, &error);
  takeRecord(error);
  release(wide);
  return take(ids);
}

size_t countOf(const Kind *kind) {
  Json *ids = enumerate(kind, V2_QUERY);
  size_t count = jsonCount(ids);
  jsonFree(ids);
  return count;
}

const char *newId(void) {
  return created;
}

void *openHandle(const Kind *kind, const char *id) {
  GUID guid = guidOf(id);
  void *handle = NULL;
  PWSTR error = NULL;
  kind->open(&guid, &handle, &error);
  takeRecord(error);
  return handle;
}

static Json *take(PWSTR text) {
  if (text == NULL) return NULL;
  char *narrowed = narrow(text);
  CoTaskMemFree(text);
  Json *document = jsonParse(narrowed);
  release(narrowed);
  return document;
}

const char *lastRecord(void) {
  return record;
}

void takeRecord(PWSTR text) {
  record[0] = '\0';
  if (text == NULL) return;
  char *narrowed = narrow(text);
  snprintf(record, sizeof record, "%s", narrowed);
  release(narrowed);
  CoTaskMemFree(text);
}

/** `Success` is false, the code is the decimal of an unsigned, and the text ends in a blank. */
bool recordSays(HRESULT result) {
  Json *document = jsonParse(record);
  const char *text = at(document, "Error");
  bool isGood = jsonNumberOf(document, "ErrorCode") == (unsigned)result && strlen(text) > 1 && text[strlen(text) - 1] == ' ' &&
                jsonGet(document, "Success") != NULL && !jsonIsTrue(document, "Success");
  jsonFree(document);
  return isGood;
}

GUID guidOf(const char *text) {
  GUID guid = {0};
  guidFromText(text, &guid);
  return guid;
}

const char *at(const Json *document, const char *path) {
  const Json *value = document;
  for (char *part; (part = nextPart(&path, '/')) != NULL; release(part))
    value = value != NULL && value->kind == JSON_ARRAY ? jsonAt(value, (size_t)atoi(part)) : jsonGet(value, part);
  return value == NULL || value->text == NULL ? "" : value->text;
}

FARPROC functionOf(const char *library, const char *name) {
  FARPROC function = GetProcAddress(LoadLibraryA(library), name);
  if (function != NULL) return function;
  printf("  %s has no %s\n", library, name);
  abort();
}

FARPROC emulatorFunction(const char *name) {
  return functionOf("computenetwork.dll", name);
}

void configure(const char *settings) {
  typedef HRESULT(WINAPI * Configure)(PCWSTR);
  PWSTR wide = widen(settings);
  CHECK_RESULT(S_OK, ((Configure)(void *)emulatorFunction("CnmEmulatorConfigure"))(wide));
  release(wide);
}

void emulatorReset(void) {
  typedef HRESULT(WINAPI * Reset)(void);
  CHECK_RESULT(S_OK, ((Reset)(void *)emulatorFunction("CnmEmulatorReset"))());
  record[0] = '\0';
}

/** What a test may have set. */
void emulatorRestore(void) {
  configure(
      "{\"Faults\":[],\"Version\":\"15.5\",\"Schema\":\"2.16\",\"Strict\":true,\"Adapters\":[\"Ethernet\"],"
      "\"ExcludedPorts\":[],\"Statistics\":{}}");
}

Json *counters(void) {
  typedef HRESULT(WINAPI * Counters)(PWSTR *);
  PWSTR text = NULL;
  CHECK_RESULT(S_OK, ((Counters)(void *)emulatorFunction("CnmEmulatorCounters"))(&text));
  return take(text);
}

unsigned openHandles(void) {
  Json *counted = counters();
  unsigned open = 0;
  JSON_EACH(count, jsonGet(counted, "Handles")) open += (unsigned)atoi(count->text);
  jsonFree(counted);
  return open;
}

long liveStrings(void) {
  Json *counted = counters();
  long strings = atol(at(counted, "Strings"));
  jsonFree(counted);
  return strings;
}

const char *givenNetwork(void) {
  static char id[GUID_TEXT];
  CHECK_RESULT(S_OK, create(&NETWORK, NULL,
                            "{" V2 ",\"Name\":\"given\",\"Type\":\"NAT\",\"Ipams\":[{\"Type\":\"Static\",\"Subnets\":[{"
                            "\"IpAddressPrefix\":\"10.0.0.0/24\",\"Routes\":[{\"NextHop\":\"10.0.0.1\","
                            "\"DestinationPrefix\":\"0.0.0.0/0\"}]}]}]}"));
  return strcpy(id, newId());
}

const char *givenEndpoint(const char *network) {
  static char id[GUID_TEXT];
  CHECK_RESULT(S_OK, create(&ENDPOINT, network, "{" V2 ",\"Name\":\"endpoint\"}"));
  return strcpy(id, newId());
}

const char *givenNamespace(void) {
  static char id[GUID_TEXT];
  CHECK_RESULT(S_OK, create(&NAMESPACE, NULL, "{" V2 ",\"Type\":\"Host\"}"));
  return strcpy(id, newId());
}
