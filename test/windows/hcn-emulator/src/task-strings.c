#include "task-strings.h"

#define COBJMACROS
#include <objbase.h>
#include <objidl.h>
#include <stdbool.h>
#include <string.h>

#include "memory.h"
#include "text.h"

enum { BUCKETS = 1024 };

typedef struct Given {
  const void *block;
  struct Given *next;
} Given;

static Given *buckets[BUCKETS];
static long live;
static SRWLOCK lock = SRWLOCK_INIT;
static INIT_ONCE once = INIT_ONCE_STATIC_INIT;

static BOOL CALLBACK watchFrees(PINIT_ONCE ignored, PVOID parameter, PVOID *context);
static Given **bucketOf(const void *block);

PWSTR giveText(const char *text) {
  InitOnceExecuteOnce(&once, watchFrees, NULL, NULL);
  PWSTR wide = widen(text);
  size_t size = (wcslen(wide) + 1) * sizeof(WCHAR);
  PWSTR block = CoTaskMemAlloc(size);
  if (block != NULL) {
    memcpy(block, wide, size);
    // Not from allocate(): the record of a string that the caller leaks must not count as a leak of the emulator.
    Given *given = HeapAlloc(GetProcessHeap(), 0, sizeof *given);
    AcquireSRWLockExclusive(&lock);
    *given = (Given){block, *bucketOf(block)};
    *bucketOf(block) = given;
    live++;
    ReleaseSRWLockExclusive(&lock);
  }
  release(wide);
  return block;
}

long liveStrings(void) {
  return live;
}

static Given **bucketOf(const void *block) {
  return &buckets[((ULONG_PTR)block >> 4) % BUCKETS];
}

static void forget(const void *block) {
  AcquireSRWLockExclusive(&lock);
  for (Given **at = bucketOf(block); *at != NULL; at = &(*at)->next) {
    if ((*at)->block != block) continue;
    Given *found = *at;
    *at = found->next;
    HeapFree(GetProcessHeap(), 0, found);
    live--;
    break;
  }
  ReleaseSRWLockExclusive(&lock);
}

/* A spy sees every CoTaskMemFree of the process, whoever calls it. It passes all blocks on as they are. */

static HRESULT WINAPI spyQueryInterface(IMallocSpy *self, REFIID id, void **object) {
  bool isKnown = IsEqualIID(id, &IID_IUnknown) || IsEqualIID(id, &IID_IMallocSpy);
  *object = isKnown ? self : NULL;
  return isKnown ? S_OK : E_NOINTERFACE;
}

static ULONG WINAPI spyAddRef(IMallocSpy *self) {
  return self != NULL;
}

static SIZE_T WINAPI spyPreAlloc(IMallocSpy *self, SIZE_T size) {
  return self == NULL ? 0 : size;
}

static void *WINAPI spyPostAlloc(IMallocSpy *self, void *block) {
  return self == NULL ? NULL : block;
}

static void *WINAPI spyPreFree(IMallocSpy *self, void *block, BOOL isSpied) {
  (void)self, (void)isSpied;
  forget(block);
  return block;
}

static void WINAPI spyPostFree(IMallocSpy *self, BOOL isSpied) {
  (void)self, (void)isSpied;
}

static SIZE_T WINAPI spyPreRealloc(IMallocSpy *self, void *block, SIZE_T size, void **newBlock, BOOL isSpied) {
  (void)self, (void)isSpied;
  *newBlock = block;
  return size;
}

static void *WINAPI spyPostRealloc(IMallocSpy *self, void *block, BOOL isSpied) {
  (void)self, (void)isSpied;
  return block;
}

static void *WINAPI spyPreBlock(IMallocSpy *self, void *block, BOOL isSpied) {
  (void)self, (void)isSpied;
  return block;
}

static SIZE_T WINAPI spyPostGetSize(IMallocSpy *self, SIZE_T size, BOOL isSpied) {
  (void)self, (void)isSpied;
  return size;
}

static int WINAPI spyPostDidAlloc(IMallocSpy *self, void *block, BOOL isSpied, int actual) {
  (void)self, (void)block, (void)isSpied;
  return actual;
}

static void WINAPI spyHeapMinimize(IMallocSpy *self) {
  (void)self;
}

static BOOL CALLBACK watchFrees(PINIT_ONCE ignored, PVOID parameter, PVOID *context) {
  (void)ignored, (void)parameter, (void)context;
  static const IMallocSpyVtbl METHODS = {
      .QueryInterface = spyQueryInterface,
      .AddRef = spyAddRef,
      .Release = spyAddRef,
      .PreAlloc = spyPreAlloc,
      .PostAlloc = spyPostAlloc,
      .PreFree = spyPreFree,
      .PostFree = spyPostFree,
      .PreRealloc = spyPreRealloc,
      .PostRealloc = spyPostRealloc,
      .PreGetSize = spyPreBlock,
      .PostGetSize = spyPostGetSize,
      .PreDidAlloc = spyPreBlock,
      .PostDidAlloc = spyPostDidAlloc,
      .PreHeapMinimize = spyHeapMinimize,
      .PostHeapMinimize = spyHeapMinimize,
  };
  static IMallocSpy spy = {.lpVtbl = (IMallocSpyVtbl *)&METHODS};
  // The spy lives in this DLL: it must not be unloaded while COM holds it.
  HMODULE module;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (LPCWSTR)&spy, &module);
  CoRegisterMallocSpy(&spy);
  return TRUE;
}
