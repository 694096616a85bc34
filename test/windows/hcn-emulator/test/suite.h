#pragma once
#include <stdbool.h>
#include <windows.h>

typedef struct Test {
  const char *name;
  void (*run)(void);
} Test;

/** Tests that belong together; the table ends with no name. */
extern const Test EXPORT_TESTS[], HANDLE_TESTS[], JSON_TESTS[], IDENTITY_TESTS[], ENUMERATE_TESTS[], QUERY_TESTS[], NETWORK_TESTS[],
    ENDPOINT_TESTS[], POLICY_TESTS[], NAMESPACE_TESTS[], LOADBALANCER_TESTS[], NOTIFICATION_TESTS[], PORT_TESTS[],
    SETTING_TESTS[], COMPARTMENT_TESTS[], V1_TESTS[], PROCESS_TESTS[], FUZZ_TESTS[];

#define CHECK(condition) checkTrue(condition, #condition, __FILE__, __LINE__)
#define CHECK_RESULT(wanted, call) checkResult(wanted, call, #call, __FILE__, __LINE__)
#define CHECK_TEXT(wanted, call) checkText(wanted, call, #call, __FILE__, __LINE__)

void checkTrue(bool isTrue, const char *text, const char *file, int line);
void checkResult(HRESULT wanted, HRESULT result, const char *text, const char *file, int line);
void checkText(const char *wanted, const char *text, const char *code, const char *file, int line);
/** Whoever waits long says so: silence is taken for a hang. */
void sayProgress(const char *text);
