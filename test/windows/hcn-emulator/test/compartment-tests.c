#include <string.h>

#include "../src/guid.h"
#include "client.h"
#include "suite.h"

typedef ULONG(WINAPI *Get)(void);
typedef DWORD(WINAPI *Set)(ULONG);
typedef DWORD(WINAPI *ToGuid)(ULONG, GUID *);
typedef DWORD(WINAPI *ToId)(const GUID *, ULONG *);
typedef ULONG(WINAPI *GetOf)(HANDLE);
typedef DWORD(WINAPI *SetOf)(HANDLE, ULONG);

static FARPROC compartmentFunction(const char *name) {
  return functionOf("compartments.dll", name);
}

static ULONG current(void) {
  return ((Get)(void *)compartmentFunction("GetCurrentThreadCompartmentId"))();
}

static DWORD enter(ULONG id) {
  return ((Set)(void *)compartmentFunction("SetCurrentThreadCompartmentId"))(id);
}

static ULONG givenCompartment(void) {
  CHECK_RESULT(S_OK, create(&NAMESPACE, NULL, "{" V2 ",\"CreateWithCompartment\":true}"));
  Json *document = query(&NAMESPACE, newId());
  ULONG id = (ULONG)jsonNumberOf(document, "NamespaceId");
  jsonFree(document);
  return id;
}

static DWORD WINAPI otherThread(void *ignored) {
  (void)ignored;
  return current();
}

static void ofAThread(void) {
  ULONG id = givenCompartment();
  CHECK(current() == 1);
  CHECK(enter(id) == NO_ERROR);
  CHECK(current() == id);
  DWORD other = 0;
  HANDLE thread = CreateThread(NULL, 0, otherThread, NULL, 0, NULL);
  WaitForSingleObject(thread, INFINITE);
  CHECK(GetExitCodeThread(thread, &other) && other == 1);
  CloseHandle(thread);
  CHECK(enter(0) == NO_ERROR);
  CHECK(current() == 1);
}

static void unknownOnes(void) {
  CHECK(enter(4711) == ERROR_NOT_FOUND);
  ULONG id = givenCompartment();
  CHECK_RESULT(S_OK, removeObject(&NAMESPACE, newId()));
  CHECK(enter(id) == ERROR_NOT_FOUND);
  CHECK(current() == 1);
}

static void guids(void) {
  ULONG id = givenCompartment(), back = 0;
  GUID guid;
  ToGuid toGuid = (ToGuid)(void *)compartmentFunction("ConvertCompartmentIdToGuid");
  ToId toId = (ToId)(void *)compartmentFunction("ConvertCompartmentGuidToId");
  CHECK(toGuid(id, &guid) == NO_ERROR);
  CHECK(toId(&guid, &back) == NO_ERROR && back == id);
  CHECK(toGuid(4711, &guid) == ERROR_NOT_FOUND);
  CHECK(toGuid(id, NULL) == ERROR_INVALID_PARAMETER);
  GUID unknown = guidOf("6d9c7d5b-7fcb-4f5f-9a0d-000000000009");
  CHECK(toId(&unknown, &back) == ERROR_NOT_FOUND);
}

static void ofAJob(void) {
  ULONG id = givenCompartment();
  HANDLE job = CreateJobObjectA(NULL, NULL);
  CHECK(((SetOf)(void *)compartmentFunction("SetJobCompartmentId"))(job, id) == NO_ERROR);
  CHECK(((GetOf)(void *)compartmentFunction("GetJobCompartmentId"))(job) == id);
  CHECK(((SetOf)(void *)compartmentFunction("SetJobCompartmentId"))(job, 4711) == ERROR_NOT_FOUND);
  CHECK(((SetOf)(void *)compartmentFunction("SetJobCompartmentId"))(job, 0) == NO_ERROR);
  CloseHandle(job);
}

const Test COMPARTMENT_TESTS[] = {{"row 14: a thread's compartment", ofAThread},
                                  {"row 14: unknown compartments", unknownOnes},
                                  {"row 14: GUIDs and ids", guids},
                                  {"row 14: a job's compartment", ofAJob},
                                  {0}};
