#include <stdio.h>
#include <string.h>

#include "../src/guid.h"
#include "client.h"
#include "suite.h"

static char network[GUID_TEXT];
static char endpoint[GUID_TEXT];
static char space[GUID_TEXT];

static void given(void) {
  strcpy(network, givenNetwork());
  strcpy(endpoint, givenEndpoint(network));
  strcpy(space, givenNamespace());
}

static HRESULT change(const char *target, const char *kind, const char *id) {
  char request[300];
  snprintf(request, sizeof request, "{\"ResourceType\":\"Endpoint\",\"RequestType\":\"%s\",\"Settings\":{\"EndpointId\":\"%s\"}}", kind, id);
  return modify(&NAMESPACE, target, request);
}

static void attaches(void) {
  given();
  CHECK_RESULT(S_OK, change(space, "Add", endpoint));
  Json *document = query(&ENDPOINT, endpoint);
  CHECK_TEXT(space, at(document, "HostComputeNamespace"));
  jsonFree(document);
  document = query(&NAMESPACE, space);
  CHECK_TEXT("Endpoint", at(document, "Resources/0/Type"));
  CHECK_TEXT(endpoint, at(document, "Resources/0/Data/Id"));
  CHECK_TEXT("Host", at(document, "Type"));
  jsonFree(document);
  CHECK_RESULT(HCN_E_ENDPOINT_NAMESPACE_ALREADY_EXISTS, change(space, "Add", endpoint));
  CHECK_RESULT(S_OK, change(space, "Remove", endpoint));
  CHECK_RESULT(HCN_E_ENDPOINT_NOT_ATTACHED, change(space, "Remove", endpoint));
  CHECK_RESULT(HCN_E_ENDPOINT_NOT_FOUND, change(space, "Add", "6d9c7d5b-7fcb-4f5f-9a0d-000000000009"));
}

static void deletedEndpointsLeave(void) {
  given();
  CHECK_RESULT(S_OK, change(space, "Add", endpoint));
  CHECK_RESULT(S_OK, removeObject(&ENDPOINT, endpoint));
  Json *document = query(&NAMESPACE, space);
  CHECK(jsonCount(jsonGet(document, "Resources")) == 0);
  jsonFree(document);
}

static void deletedNamespacesLetGo(void) {
  given();
  CHECK_RESULT(S_OK, change(space, "Add", endpoint));
  CHECK_RESULT(S_OK, removeObject(&NAMESPACE, space));
  CHECK_RESULT(S_OK, change(givenNamespace(), "Add", endpoint));
}

static void createdInside(void) {
  given();
  char settings[200];
  snprintf(settings, sizeof settings, "{" V2 ",\"HostComputeNamespace\":\"%s\"}", space);
  CHECK_RESULT(S_OK, create(&ENDPOINT, network, settings));
  Json *document = query(&NAMESPACE, space);
  CHECK_TEXT(newId(), at(document, "Resources/0/Data/Id"));
  jsonFree(document);
  CHECK_RESULT(E_WIN32_ELEMENT_NOT_FOUND,
               create(&ENDPOINT, network, "{" V2 ",\"HostComputeNamespace\":\"6d9c7d5b-7fcb-4f5f-9a0d-000000000009\"}"));
}

static void typesOfNamespaces(void) {
  CHECK_RESULT(E_INVALIDARG, create(&NAMESPACE, NULL, "{" V2 ",\"Type\":\"Other\"}"));
  CHECK_RESULT(S_OK, create(&NAMESPACE, NULL, "{" V2 ",\"Type\":1}"));
  Json *document = query(&NAMESPACE, newId());
  CHECK_TEXT("HostDefault", at(document, "Type"));
  CHECK_TEXT("1", at(document, "NamespaceId"));
  jsonFree(document);
  CHECK_RESULT(GCN_E_DEFAULTNAMESPACE_EXISTS, create(&NAMESPACE, NULL, "{" V2 ",\"Type\":\"HostDefault\"}"));
}

static void compartmentsComeLate(void) {
  strcpy(space, givenNamespace());
  Json *document = query(&NAMESPACE, space);
  CHECK_TEXT("0", at(document, "NamespaceId"));
  jsonFree(document);
  CHECK_RESULT(S_OK, modify(&NAMESPACE, space, "{\"ResourceType\":\"Container\",\"RequestType\":\"Add\",\"Settings\":{\"ContainerId\":\"box\"}}"));
  document = query(&NAMESPACE, space);
  CHECK(strcmp(at(document, "NamespaceId"), "1") > 0);
  CHECK(strlen(at(document, "NamespaceGuid")) == 36);
  jsonFree(document);
  CHECK_RESULT(S_OK, create(&NAMESPACE, NULL, "{" V2 ",\"CreateWithCompartment\":true}"));
  document = query(&NAMESPACE, newId());
  CHECK(strcmp(at(document, "NamespaceId"), "1") > 0);
  CHECK(jsonGet(document, "CreateWithCompartment") == NULL);
  jsonFree(document);
}

static void remoteEndpointsStayOut(void) {
  given();
  CHECK_RESULT(S_OK, create(&ENDPOINT, network, "{" V2 ",\"Flags\":1,\"IpConfigurations\":[{\"IpAddress\":\"10.200.0.1\"}]}"));
  CHECK_RESULT(HCN_E_INVALID_REMOTE_ENDPOINT_OPERATION, change(space, "Add", newId()));
}

const Test NAMESPACE_TESTS[] = {{"row 10: endpoints come and go", attaches},
                                {"row 10: an endpoint that is deleted leaves", deletedEndpointsLeave},
                                {"row 10: a namespace that is deleted lets go", deletedNamespacesLetGo},
                                {"row 10: an endpoint made in a namespace", createdInside},
                                {"row 10: types, and one default", typesOfNamespaces},
                                {"row 10: a compartment comes with a container", compartmentsComeLate},
                                {"row 10: remote endpoints stay out", remoteEndpointsStayOut},
                                {0}};
