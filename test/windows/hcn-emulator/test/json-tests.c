#include <objbase.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "suite.h"

static void malformed(void) {
  static const char *const BAD[] = {"",       " ",       "{",          "}",           "{\"a\":}",      "{\"a\" 1}",  "[]",
                                    "null",   "1",       "\"text\"",   "{\"a\":01}",  "{\"a\":1.}",    "{\"a\":+1}", "{'a':1}",
                                    "{a:1}",  "{} x",    "{\"a\":1,}", "{,}",         "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}",
                                    "{\"a\":tru}", "{\"a\":\"\n\"}", "{\"a\":\"", "{\"a\":1e}", "{\"a\":-}", "{\"a\":nul}"};
  for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
    CHECK_RESULT(HCN_E_INVALID_JSON, create(&NETWORK, NULL, BAD[i]));
    CHECK(recordSays(HCN_E_INVALID_JSON));
  }
  CHECK(countOf(&NETWORK) == 0);
}

static void deep(void) {
  char *text = malloc(400000);
  memset(text, '[', 200000);
  memset(text + 200000, ']', 199999);
  text[399999] = '\0';
  CHECK_RESULT(HCN_E_INVALID_JSON, create(&NETWORK, NULL, text));
  free(text);
}

static void letters(void) {
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 ",\"Name\":\"caf\\u00e9 \\u6f22 \\ud83d\\ude00 \\\"\\\\\\/\\t\"}"));
  Json *network = query(&NETWORK, newId());
  CHECK_TEXT("caf\xc3\xa9 \xe6\xbc\xa2 \xf0\x9f\x98\x80 \"\\/\t", at(network, "Name"));
  jsonFree(network);
}

static void loneSurrogates(void) {
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 ",\"Name\":\"\\ud800 x \\udc00\"}"));
  void *handle = openHandle(&NETWORK, newId());
  PWSTR text = NULL;
  CHECK_RESULT(S_OK, HcnQueryNetworkProperties(handle, L"{" L"\"SchemaVersion\":{\"Major\":2}}", &text, NULL));
  CHECK(text != NULL && wcsstr(text, L"\"\\ud800 x \\udc00\"") != NULL);
  CoTaskMemFree(text);
  HcnCloseNetwork(handle);
}

static void keysInAnyCase(void) {
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{\"schemaversion\":{\"MAJOR\":2,\"minor\":0},\"NAME\":\"x\",\"type\":\"nat\"}"));
  Json *network = query(&NETWORK, newId());
  CHECK_TEXT("x", at(network, "Name"));
  CHECK_TEXT("NAT", at(network, "Type"));
  jsonFree(network);
}

static void enumsByNameOrNumber(void) {
  static const char *const TYPES[] = {"\"Internal\"", "7", "\"INTERNAL\""};
  for (size_t i = 0; i < 3; i++) {
    char settings[100] = "{" V2 ",\"Type\":";
    strcat(strcat(settings, TYPES[i]), "}");
    CHECK_RESULT(S_OK, create(&NETWORK, NULL, settings));
    Json *network = query(&NETWORK, newId());
    CHECK_TEXT("Internal", at(network, "Type"));
    jsonFree(network);
  }
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 ",\"Flags\":\"EnableNonPersistent, DisableHostPort\"}"));
  Json *network = query(&NETWORK, newId());
  CHECK_TEXT("1032", at(network, "Flags"));
  jsonFree(network);
  CHECK_RESULT(HCN_E_INVALID_JSON, create(&NETWORK, NULL, "{" V2 ",\"Flags\":\"Bogus\"}"));
}

static void unknownFields(void) {
  CHECK_RESULT(HCN_E_INVALID_JSON, create(&NETWORK, NULL, "{" V2 ",\"Bogus\":1}"));
  CHECK_TEXT("{\"Success\":false,\"Error\":\"Invalid JSON document string. {{Bogus,UnknownField}}\",\"ErrorCode\":2151350299}",
             lastRecord());
  CHECK_RESULT(HCN_E_INVALID_JSON, create(&NETWORK, NULL, "{" V2 ",\"Ipams\":[{\"Subnets\":[{\"Gateway\":\"10.0.0.1\"}]}]}"));
  CHECK(strstr(lastRecord(), "{{Gateway,UnknownField}}") != NULL);
  configure("{\"Strict\":false}");
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 ",\"Bogus\":1}"));
}

static void fieldsOfNewerSchemas(void) {
  configure("{\"Schema\":\"2.0\"}");
  CHECK_RESULT(HCN_E_INVALID_JSON, create(&NAMESPACE, NULL, "{" V2 ",\"CreateWithCompartment\":true}"));
  CHECK(strstr(lastRecord(), "{{CreateWithCompartment,UnknownField}}") != NULL);
  configure("{\"Schema\":\"2.11\"}");
  CHECK_RESULT(S_OK, create(&NAMESPACE, NULL, "{" V2 ",\"CreateWithCompartment\":true}"));
  CHECK_RESULT(HCN_E_INVALID_JSON, create(&NAMESPACE, NULL, "{\"SchemaVersion\":{\"Major\":2,\"Minor\":12}}"));
}

static void kindsOfFields(void) {
  CHECK_RESULT(HCN_E_INVALID_JSON, create(&NETWORK, NULL, "{" V2 ",\"Name\":1}"));
  CHECK_RESULT(HCN_E_INVALID_JSON, create(&NETWORK, NULL, "{" V2 ",\"Ipams\":{}}"));
  CHECK_RESULT(HCN_E_INVALID_JSON, create(&NETWORK, NULL, "{" V2 ",\"Policies\":[1]}"));
  CHECK_RESULT(HCN_E_INVALID_JSON, create(&NETWORK, NULL, "{" V2 ",\"ID\":\"{6d9c7d5b-7fcb-4f5f-9a0d-000000000009}\"}"));
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 ",\"Name\":null,\"Policies\":null,\"Ipams\":null}"));
}

const Test JSON_TESTS[] = {{"row 3: what is no JSON object is refused", malformed},
                           {"row 3: nesting without end is refused", deep},
                           {"row 3: escapes and letters of all planes", letters},
                           {"row 3: lone surrogates come back", loneSurrogates},
                           {"row 3: keys in any case", keysInAnyCase},
                           {"row 3: enums by name or number", enumsByNameOrNumber},
                           {"row 3: unknown fields, strict and not", unknownFields},
                           {"row 3: fields of newer schemas", fieldsOfNewerSchemas},
                           {"row 3: fields of the wrong kind", kindsOfFields},
                           {0}};
