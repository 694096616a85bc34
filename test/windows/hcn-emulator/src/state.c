#include "state.h"

#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include "config.h"
#include "file.h"
#include "json-parse.h"
#include "json-write.h"
#include "memory.h"
#include "notifications.h"

static Json *root;
static uint64_t generation;
static bool hasChanged;
static SRWLOCK lock = SRWLOCK_INIT;
static HANDLE mutex;

static void enterMutex(void);
static void load(void);
static uint64_t generationOf(const char *path);
static void save(void);

void stateEnter(void) {
  AcquireSRWLockExclusive(&lock);
  enterMutex();
  load();
}

void stateLeave(void) {
  bool isNews = hasChanged;
  if (hasChanged) save();
  hasChanged = false;
  if (isNews) notificationsWake();
  if (mutex != NULL) ReleaseMutex(mutex);
  ReleaseSRWLockExclusive(&lock);
}

void stateChanged(void) {
  hasChanged = true;
}

Json *stateRoot(void) {
  return root;
}

Json *stateTable(const char *name) {
  return jsonArrayOf(root, name);
}

char *stateObjectName(const char *suffix) {
  const char *path = configText("State");
  if (path == NULL) return NULL;
  unsigned hash = 2166136261u;
  for (; *path != '\0'; path++) hash = (hash ^ (unsigned char)*path) * 16777619u;
  return formatText("cnm-hcn-emulator-%08x-%s", hash, suffix);
}

static void enterMutex(void) {
  if (mutex == NULL) {
    char *name = stateObjectName("state");
    if (name == NULL) return;
    mutex = CreateMutexA(NULL, FALSE, name);
    release(name);
  }
  // An owner that was killed left a whole file: abandoned is as good as free.
  WaitForSingleObject(mutex, INFINITE);
}

static void load(void) {
  const char *path = configText("State");
  uint64_t stored = path == NULL ? 0 : generationOf(path);
  if (root != NULL && stored == generation) return;
  jsonFree(root);
  char *text = path == NULL ? NULL : fileRead(path);
  root = text == NULL ? jsonObject() : jsonParse(text);
  release(text);
  if (root == NULL || root->kind != JSON_OBJECT) {
    fprintf(stderr, "hcn-emulator: %s is not a state of the emulator\n", path);
    ExitProcess(2);
  }
  generation = stored;
}

/** Stands in front, so that a caller sees without reading the whole whether others wrote. */
static uint64_t generationOf(const char *path) {
  static const char FRONT[] = "{\"Generation\":";
  char start[48];
  if (!fileReadStart(path, start, sizeof start)) return 0;
  return strtoull(start + sizeof FRONT - 1, NULL, 10);
}

static void save(void) {
  const char *path = configText("State");
  if (path == NULL) return;
  if (jsonGet(root, "Generation") == NULL) {
    Json *fresh = jsonObject();
    jsonSetNumber(fresh, "Generation", 0);
    JSON_EACH(table, root) jsonSet(fresh, table->key, jsonClone(table));
    jsonFree(root);
    root = fresh;
  }
  jsonSetNumber(root, "Generation", ++generation);
  char *text = jsonWrite(root, JSON_ASCII_LETTERS);
  if (!fileReplace(path, text)) {
    fprintf(stderr, "hcn-emulator: cannot write %s: error %lu\n", path, GetLastError());
    ExitProcess(2);
  }
  release(text);
}
