#include <stdio.h>
#include <string.h>

#include "../src/guid.h"
#include "../src/text.h"
#include "client.h"
#include "suite.h"

static void theNthCallFails(void) {
  configure("{\"Faults\":[{\"Function\":\"HcnCreateNetwork\",\"Call\":2,\"Result\":\"803b0017\",\"Error\":\"degraded \"}]}");
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 ",\"Type\":\"Private\"}"));
  CHECK_RESULT(HCN_E_DEGRADED_OPERATION, create(&NETWORK, NULL, "{" V2 ",\"Type\":\"Private\"}"));
  CHECK_TEXT("{\"Success\":false,\"Error\":\"degraded \",\"ErrorCode\":2151350295}", lastRecord());
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 ",\"Type\":\"Private\"}"));
  CHECK(countOf(&NETWORK) == 2);
}

static void everyCallFails(void) {
  configure("{\"Faults\":[{\"Function\":\"*\",\"Result\":\"80070005\"}]}");
  CHECK_RESULT(E_ACCESSDENIED, create(&NETWORK, NULL, "{" V2 "}"));
  CHECK_RESULT(E_ACCESSDENIED, removeObject(&NETWORK, "6d9c7d5b-7fcb-4f5f-9a0d-000000000009"));
  CHECK(recordSays(E_ACCESSDENIED));
}

/** The answer is lost, the work is done. */
static void failsAfterwards(void) {
  configure("{\"Faults\":[{\"Function\":\"HcnDeleteNetwork\",\"When\":\"after\",\"Result\":\"800706ba\"}]}");
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 "}"));
  CHECK_RESULT(E_WIN32_RPC_UNAVAILABLE, removeObject(&NETWORK, newId()));
  CHECK(countOf(&NETWORK) == 0);
}

static DWORD WINAPI callThatHangs(void *ignored) {
  (void)ignored;
  return (DWORD)removeObject(&NAMESPACE, "6d9c7d5b-7fcb-4f5f-9a0d-000000000009");
}

static void hangsUntilReleased(void) {
  typedef HRESULT(WINAPI * Control)(void);
  configure("{\"Faults\":[{\"Function\":\"HcnDeleteNamespace\",\"Hang\":true}]}");
  HANDLE thread = CreateThread(NULL, 0, callThatHangs, NULL, 0, NULL);
  CHECK(WaitForSingleObject(thread, 300) == WAIT_TIMEOUT);
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 "}"));
  DWORD result = 0;
  while (WaitForSingleObject(thread, 10) == WAIT_TIMEOUT) ((Control)(void *)emulatorFunction("CnmEmulatorRelease"))();
  CHECK(GetExitCodeThread(thread, &result) && result == (DWORD)E_WIN32_ELEMENT_NOT_FOUND);
  CloseHandle(thread);
}

static void calls(void) {
  configure("{\"Faults\":[]}");
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 "}"));
  Json *counted = counters();
  CHECK_TEXT("1", at(counted, "Calls/HcnCreateNetwork"));
  CHECK_TEXT("1", at(counted, "Objects/Networks"));
  jsonFree(counted);
}

static void blocksComeBack(void) {
  char network[GUID_TEXT];
  for (int i = 0; i < 3; i++) {
    static long before;
    strcpy(network, givenNetwork());
    givenEndpoint(network);
    CHECK_RESULT(S_OK, removeObject(&NETWORK, network));
    CHECK(create(&NETWORK, NULL, "{" V2 ",\"Bogus\":[1,{\"a\":2}]}") == HCN_E_INVALID_JSON);
    emulatorReset();
    Json *counted = counters();
    long blocks = (long)jsonNumberOf(counted, "Blocks");
    jsonFree(counted);
    // The first round fills tables that stay.
    CHECK(i < 2 || blocks <= before);
    before = blocks;
  }
}

static void aLineACall(void) {
  char folder[MAX_PATH], path[MAX_PATH + 20], escaped[2 * MAX_PATH] = "", line[4000] = "", settings[2 * MAX_PATH + 20];
  GetTempPathA(sizeof folder, folder);
  snprintf(path, sizeof path, "%scnm-log-%lu.jsonl", folder, GetCurrentProcessId());
  for (const char *letter = path; *letter != '\0'; letter++) strncat(escaped, *letter == '\\' ? "\\\\" : (char[]){*letter, '\0'}, 2);
  snprintf(settings, sizeof settings, "{\"Log\":\"%s\"}", escaped);
  configure(settings);
  CHECK(create(&NETWORK, NULL, "{" V2 ",\"Bogus\":1}") == HCN_E_INVALID_JSON);
  configure("{\"Log\":null}");
  FILE *file = fopen(path, "r");
  CHECK(file != NULL && fgets(line, sizeof line, file) != NULL);
  CHECK(strstr(line, "{\"Function\":\"HcnCreateNetwork\"") == line);
  CHECK(strstr(line, "\"Result\":\"803b001b\"") != NULL);
  CHECK(strstr(line, "Bogus") != NULL);
  if (file != NULL) fclose(file);
  DeleteFileA(path);
}

static void badSettings(void) {
  typedef HRESULT(WINAPI * Configure)(PCWSTR);
  Configure set = (Configure)(void *)emulatorFunction("CnmEmulatorConfigure");
  CHECK_RESULT(E_INVALIDARG, set(L"[]"));
  CHECK_RESULT(E_INVALIDARG, set(L"{"));
  CHECK_RESULT(E_INVALIDARG, set(NULL));
}

const Test SETTING_TESTS[] = {{"row 13: the n-th call fails", theNthCallFails},
                              {"row 13: every call fails", everyCallFails},
                              {"row 13: a call fails after its work is done", failsAfterwards},
                              {"row 13: a call hangs until it is released", hangsUntilReleased},
                              {"row 13: calls and objects are counted", calls},
                              {"row 13: memory comes back", blocksComeBack},
                              {"row 13: a line of the log a call", aLineACall},
                              {"row 13: settings have to be an object", badSettings},
                              {0}};
