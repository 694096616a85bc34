#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../src/guid.h"
#include "client.h"
#include "processes.h"
#include "suite.h"

/* Processes that share a state: this one only starts them, its own emulator has none. */

enum { ROUNDS = 40, PATIENCE = 100000 };

static char state[MAX_PATH + 40];

static void useState(const char *more);

static void givenState(const char *more) {
  char folder[MAX_PATH];
  GetTempPathA(sizeof folder, folder);
  snprintf(state, sizeof state, "%scnm-state-%lu.json", folder, GetCurrentProcessId());
  DeleteFileA(state);
  useState(more);
}

/** What it holds stays. */
static void useState(const char *more) {
  char escaped[2 * MAX_PATH] = "", settings[3 * MAX_PATH];
  for (const char *letter = state; *letter != '\0'; letter++) strncat(escaped, *letter == '\\' ? "\\\\" : (char[]){*letter, '\0'}, 2);
  snprintf(settings, sizeof settings, "{\"State\":\"%s\"%s}", escaped, more);
  SetEnvironmentVariableA("CNM_EMULATOR", settings);
}

static HANDLE start(const char *task) {
  char program[MAX_PATH], line[2 * MAX_PATH];
  GetModuleFileNameA(NULL, program, sizeof program);
  snprintf(line, sizeof line, "\"%s\" --process %s", program, task);
  STARTUPINFOA startup = {.cb = sizeof startup};
  PROCESS_INFORMATION process;
  if (!CreateProcessA(program, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process)) return NULL;
  CloseHandle(process.hThread);
  return process.hProcess;
}

static DWORD ended(HANDLE process) {
  DWORD status = 99;
  CHECK(process != NULL && WaitForSingleObject(process, PATIENCE) == WAIT_OBJECT_0);
  GetExitCodeProcess(process, &status);
  CloseHandle(process);
  return status;
}

/** Each makes and deletes in turn, and keeps the last: no update is lost. */
static void twoAtOnce(void) {
  givenState("");
  HANDLE first = start("churn"), second = start("churn");
  CHECK(ended(first) == 0);
  CHECK(ended(second) == 0);
  CHECK(ended(start("count-2")) == 0);
  DeleteFileA(state);
}

static void objectsOutliveTheirProcess(void) {
  givenState("");
  CHECK(ended(start("churn")) == 0);
  CHECK(ended(start("count-1")) == 0);
  DeleteFileA(state);
}

/** Killed after the work of its second call: the state is whole, and has both. */
static void killed(void) {
  givenState(",\"Faults\":[{\"Function\":\"HcnCreateNamespace\",\"Call\":2,\"When\":\"after\",\"Exit\":true}]");
  CHECK(ended(start("keep")) == 137);
  useState("");
  CHECK(ended(start("count-2")) == 0);
  DeleteFileA(state);
}

static void notificationsCross(void) {
  givenState("");
  HANDLE listener = start("listen");
  CHECK(ended(start("tell")) == 0);
  CHECK(ended(listener) == 0);
  DeleteFileA(state);
}

const Test PROCESS_TESTS[] = {{"row 13: objects outlive their process", objectsOutliveTheirProcess},
                              {"row 13: two processes at once", twoAtOnce},
                              {"row 13: a process that is killed leaves a whole state", killed},
                              {"row 13: notifications reach other processes", notificationsCross},
                              {0}};

static int churn(void);
static int keep(void);
static int count(size_t wanted);
static int listenFor(void);
static int tell(void);

int runProcess(const char *task) {
  if (strcmp(task, "churn") == 0) return churn();
  if (strcmp(task, "keep") == 0) return keep();
  if (strcmp(task, "listen") == 0) return listenFor();
  if (strcmp(task, "tell") == 0) return tell();
  return count((size_t)atoi(strrchr(task, '-') + 1));
}

static int churn(void) {
  int faults = 0;
  for (int i = 0; i < ROUNDS; i++) {
    faults += create(&NAMESPACE, NULL, "{" V2 ",\"CreateWithCompartment\":true}") != S_OK;
    if (i < ROUNDS - 1) faults += removeObject(&NAMESPACE, newId()) != S_OK;
  }
  return faults;
}

static int keep(void) {
  for (int i = 0; i < ROUNDS; i++) create(&NAMESPACE, NULL, "{" V2 "}");
  return 0;
}

static int count(size_t wanted) {
  size_t found = countOf(&NAMESPACE);
  if (found != wanted) printf("  %u namespaces instead of %u\n", (unsigned)found, (unsigned)wanted);
  return found != wanted;
}

static void CALLBACK hear(DWORD type, void *context, HRESULT status, PCWSTR data) {
  (void)status, (void)data;
  if (type == HcnNotificationNamespaceDelete) SetEvent(context);
}

/** Both wait for what the other does; a name of the state's own tells that the listener listens. */
static HANDLE readiness(void) {
  return CreateEventA(NULL, TRUE, FALSE, "cnm-emulator-test-listens");
}

static int listenFor(void) {
  HANDLE heard = CreateEventA(NULL, TRUE, FALSE, NULL);
  HCN_CALLBACK handle = NULL;
  if (HcnRegisterServiceCallback(hear, heard, &handle) != S_OK) return 1;
  SetEvent(readiness());
  return WaitForSingleObject(heard, PATIENCE) != WAIT_OBJECT_0;
}

static int tell(void) {
  if (WaitForSingleObject(readiness(), PATIENCE) != WAIT_OBJECT_0) return 1;
  return create(&NAMESPACE, NULL, "{" V2 "}") != S_OK || removeObject(&NAMESPACE, newId()) != S_OK;
}
