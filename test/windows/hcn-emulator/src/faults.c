#include "faults.h"

#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "hresults.h"
#include "text.h"

static Json *calls;
static SRWLOCK lock = SRWLOCK_INIT;
static volatile LONG releases;

static uint64_t count(const char *function);
static void strike(Call *call, uint64_t number, const char *when);
static bool isMeant(const Json *fault, const Call *call, uint64_t number, const char *when);
static void hang(void);
static HRESULT resultOf(const Json *fault);

void faultsBefore(Call *call) {
  uint64_t number = count(call->function);
  jsonSetNumber(call->log, "Call", number);
  strike(call, number, "before");
}

void faultsAfter(Call *call) {
  strike(call, jsonNumberOf(call->log, "Call"), "after");
}

void faultsRestart(void) {
  AcquireSRWLockExclusive(&lock);
  jsonFree(calls);
  calls = NULL;
  ReleaseSRWLockExclusive(&lock);
}

void faultsRelease(void) {
  InterlockedIncrement(&releases);
  WakeByAddressAll((void *)&releases);
}

Json *faultsCalls(void) {
  AcquireSRWLockExclusive(&lock);
  Json *copy = calls == NULL ? jsonObject() : jsonClone(calls);
  ReleaseSRWLockExclusive(&lock);
  return copy;
}

static uint64_t count(const char *function) {
  AcquireSRWLockExclusive(&lock);
  if (calls == NULL) calls = jsonObject();
  uint64_t number = jsonNumberOf(calls, function) + 1;
  jsonSetNumber(calls, function, number);
  ReleaseSRWLockExclusive(&lock);
  return number;
}

static void strike(Call *call, uint64_t number, const char *when) {
  JSON_EACH(fault, configValue("Faults")) {
    if (!isMeant(fault, call, number, when)) continue;
    Sleep((DWORD)jsonNumberOf(fault, "DelayMs"));
    if (jsonIsTrue(fault, "Hang")) hang();
    if (jsonIsTrue(fault, "Exit")) TerminateProcess(GetCurrentProcess(), 137);
    if (jsonGet(fault, "Result") != NULL) fail(call, resultOf(fault), jsonTextOf(fault, "Error"));
  }
}

/** `Call` is the first call that it strikes, `Times` how many; without them, every call. */
static bool isMeant(const Json *fault, const Call *call, uint64_t number, const char *when) {
  const char *function = jsonTextOf(fault, "Function");
  const char *wanted = jsonTextOf(fault, "When");
  uint64_t first = jsonNumberOf(fault, "Call");
  uint64_t times = jsonNumberOf(fault, "Times");
  if (times == 0) times = first == 0 ? UINT64_MAX : 1;
  if (first == 0) first = 1;
  if (function == NULL || (strcmp(function, "*") != 0 && !sameText(function, call->function))) return false;
  if (!sameText(wanted == NULL ? "before" : wanted, when)) return false;
  return number >= first && number - first < times;
}

static void hang(void) {
  LONG seen = releases;
  while (releases == seen) WaitOnAddress(&releases, &seen, sizeof seen, INFINITE);
}

static HRESULT resultOf(const Json *fault) {
  const char *text = jsonTextOf(fault, "Result");
  return (HRESULT)(text == NULL ? jsonNumberOf(fault, "Result") : strtoul(text, NULL, 16));
}
