#include <stdio.h>
#include <string.h>

#include "client.h"
#include "processes.h"
#include "suite.h"

static const Test *const SUITES[] = {EXPORT_TESTS,    HANDLE_TESTS,       JSON_TESTS,         IDENTITY_TESTS, ENUMERATE_TESTS,
                                     QUERY_TESTS,     NETWORK_TESTS,      ENDPOINT_TESTS,     POLICY_TESTS,   NAMESPACE_TESTS,
                                     LOADBALANCER_TESTS, NOTIFICATION_TESTS, PORT_TESTS,      SETTING_TESTS,  COMPARTMENT_TESTS,
                                     V1_TESTS,        PROCESS_TESTS,      FUZZ_TESTS};

static int faults;

static void runTest(const Test *test);

/** `emulator-test [PART OF A NAME]`, or `emulator-test --process …` for a second process of a test. */
int main(int count, char **arguments) {
  if (count > 2 && strcmp(arguments[1], "--process") == 0) return runProcess(arguments[2]);
  int failed = 0, ran = 0;
  for (size_t i = 0; i < sizeof SUITES / sizeof *SUITES; i++) {
    for (const Test *test = SUITES[i]; test->name != NULL; test++) {
      if (count > 1 && strstr(test->name, arguments[1]) == NULL) continue;
      runTest(test);
      ran++;
      failed += faults > 0;
    }
  }
  printf("%d tests, %d failed\n", ran, failed);
  return ran > 0 && failed == 0 ? 0 : 1;
}

/** Each begins with an empty emulator, and leaves no handle and no string. */
static void runTest(const Test *test) {
  faults = 0;
  emulatorReset();
  test->run();
  emulatorRestore();
  CHECK(openHandles() == 0);
  CHECK(liveStrings() == 0);
  printf("%s  %s\n", faults == 0 ? "ok" : "FAILED", test->name);
  fflush(stdout);
}

void checkTrue(bool isTrue, const char *text, const char *file, int line) {
  if (isTrue) return;
  faults++;
  printf("  %s:%d: not so: %s\n", file, line, text);
}

void checkResult(HRESULT wanted, HRESULT result, const char *text, const char *file, int line) {
  if (wanted == result) return;
  faults++;
  printf("  %s:%d: %s: %08lx instead of %08lx %s\n", file, line, text, result, wanted, lastRecord());
}

void checkText(const char *wanted, const char *text, const char *code, const char *file, int line) {
  if (text != NULL && strcmp(wanted, text) == 0) return;
  faults++;
  printf("  %s:%d: %s: %s instead of %s\n", file, line, code, text == NULL ? "nothing" : text, wanted);
}

void sayProgress(const char *text) {
  printf("  %s\n", text);
  fflush(stdout);
}
