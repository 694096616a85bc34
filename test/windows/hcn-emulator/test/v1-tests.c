#include <objbase.h>
#include <stdio.h>
#include <string.h>

#include "../src/guid.h"
#include "../src/json-parse.h"
#include "../src/memory.h"
#include "../src/text.h"
#include "client.h"
#include "suite.h"

static Json *call(const char *method, const char *path, const char *body) {
  typedef HRESULT(WINAPI * Function)(PCWSTR, PCWSTR, PCWSTR, PWSTR *);
  Function function = (Function)(void *)functionOf("vmcompute.dll", "HNSCall");
  PWSTR wide[] = {widen(method), widen(path), widen(body)};
  PWSTR response = NULL;
  CHECK_RESULT(S_OK, function(wide[0], wide[1], wide[2], &response));
  for (int i = 0; i < 3; i++) release(wide[i]);
  char *text = narrow(response == NULL ? L"null" : response);
  CoTaskMemFree(response);
  Json *document = jsonParse(text);
  release(text);
  return document;
}

static void idOf(const Json *answer, char id[GUID_TEXT]) {
  snprintf(id, GUID_TEXT, "%s", at(answer, "Output/ID"));
}

static void version(void) {
  configure("{\"Version\":\"15.4\"}");
  Json *answer = call("GET", "/globals/version", "");
  CHECK(jsonIsTrue(answer, "Success"));
  CHECK_TEXT("15", at(answer, "Output/Major"));
  CHECK_TEXT("4", at(answer, "Output/Minor"));
  jsonFree(answer);
}

static void lives(void) {
  char network[GUID_TEXT], endpoint[GUID_TEXT], path[100], body[300];
  Json *answer = call("POST", "/networks/", "{\"Name\":\"v1\",\"Type\":\"nat\",\"Subnets\":[{\"AddressPrefix\":\"10.4.0.0/24\",\"GatewayAddress\":\"10.4.0.1\"}]}");
  idOf(answer, network);
  jsonFree(answer);
  snprintf(body, sizeof body, "{\"VirtualNetwork\":\"%s\",\"Policies\":[{\"Type\":\"NAT\",\"Protocol\":\"TCP\",\"InternalPort\":80,\"ExternalPort\":0}]}", network);
  answer = call("POST", "/endpoints/", body);
  CHECK_TEXT("10.4.0.2", at(answer, "Output/IPAddress"));
  CHECK_TEXT("10.4.0.1", at(answer, "Output/GatewayAddress"));
  CHECK_TEXT("v1", at(answer, "Output/VirtualNetworkName"));
  CHECK_TEXT("49152", at(answer, "Output/Policies/0/ExternalPort"));
  idOf(answer, endpoint);
  jsonFree(answer);
  snprintf(path, sizeof path, "/endpoints/%s/attach", endpoint);
  answer = call("POST", path, "{\"ContainerId\":\"box\",\"SystemType\":\"Container\"}");
  CHECK_TEXT("2", at(answer, "Output/State"));
  CHECK_TEXT("box", at(answer, "Output/SharedContainers/0"));
  jsonFree(answer);
  snprintf(path, sizeof path, "/endpoints/%s/detach", endpoint);
  jsonFree(call("POST", path, "{\"ContainerId\":\"box\"}"));
  snprintf(body, sizeof body, "{\"References\":[\"/endpoints/%s\"],\"Policies\":[{\"Type\":\"ELB\",\"Protocol\":6,\"InternalPort\":80,\"ExternalPort\":8080,\"VIPs\":[\"10.9.9.9\"]}]}", endpoint);
  answer = call("POST", "/policylists/", body);
  CHECK_TEXT("ELB", at(answer, "Output/Policies/0/Type"));
  jsonFree(answer);
  CHECK(countOf(&LOADBALANCER) == 1);
  answer = call("GET", "/policylists/", "");
  CHECK(jsonCount(jsonGet(answer, "Output")) == 1);
  jsonFree(answer);
  snprintf(path, sizeof path, "/networks/%s", network);
  answer = call("DELETE", path, "");
  CHECK(jsonIsTrue(answer, "Success"));
  jsonFree(answer);
  CHECK(countOf(&ENDPOINT) == 0);
}

static void failures(void) {
  Json *answer = call("GET", "/networks/6d9c7d5b-7fcb-4f5f-9a0d-000000000009", "");
  CHECK(!jsonIsTrue(answer, "Success"));
  CHECK(strlen(at(answer, "Error")) > 1);
  CHECK_TEXT("2151350273", at(answer, "ErrorCode"));
  jsonFree(answer);
  static const char *const BAD[][3] = {{"POST", "/networks/", "{"}, {"POST", "/networks/", ""}, {"GET", "/bogus/", ""}, {"PUT", "/networks/x", ""},
                                       {"POST", "/endpoints/", "{}"}, {"POST", "/networks/", "{\"Type\":\"bogus\"}"}};
  for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
    answer = call(BAD[i][0], BAD[i][1], BAD[i][2]);
    CHECK(answer != NULL && !jsonIsTrue(answer, "Success") && strlen(at(answer, "Error")) > 1);
    jsonFree(answer);
  }
}

const Test V1_TESTS[] = {{"HNSCall: the version", version}, {"HNSCall: networks, endpoints, policy lists", lives}, {"HNSCall: failures are answers", failures}, {0}};
