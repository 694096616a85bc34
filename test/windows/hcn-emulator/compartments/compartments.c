#include <windows.h>

#include "../shared/sibling.h"

/*
 * The compartment functions of iphlpapi.dll, of which Wine has none. Ids are those of the emulator's namespaces; 1 is the
 * default, 0 means "as the process".
 */

enum { UNSPECIFIED_COMPARTMENT = 0, DEFAULT_COMPARTMENT = 1, MOST_JOBS = 64, MOST_SESSIONS = 64 };

typedef struct Assignment {
  ULONG_PTR whom;
  ULONG compartment;
} Assignment;

static __thread ULONG threadCompartment;
static __thread ULONG threadScope;
static Assignment jobs[MOST_JOBS];
static Assignment sessions[MOST_SESSIONS];
static SRWLOCK lock = SRWLOCK_INIT;

static DWORD guidOf(ULONG id, GUID *guid);
static DWORD check(ULONG id);
static DWORD assign(Assignment *assignments, int most, ULONG_PTR whom, ULONG compartment);
static ULONG assigned(const Assignment *assignments, int most, ULONG_PTR whom);

/** Thread, then session, then the default. */
ULONG WINAPI GetCurrentThreadCompartmentId(void) {
  if (threadCompartment != UNSPECIFIED_COMPARTMENT) return threadCompartment;
  DWORD session = 0;
  ProcessIdToSessionId(GetCurrentProcessId(), &session);
  ULONG compartment = assigned(sessions, MOST_SESSIONS, (ULONG_PTR)session + 1);
  return compartment == UNSPECIFIED_COMPARTMENT ? DEFAULT_COMPARTMENT : compartment;
}

DWORD WINAPI SetCurrentThreadCompartmentId(ULONG CompartmentId) {
  DWORD result = check(CompartmentId);
  if (result == NO_ERROR) threadCompartment = CompartmentId;
  return result;
}

void WINAPI GetCurrentThreadCompartmentScope(ULONG *CompartmentScope, ULONG *CompartmentId) {
  if (CompartmentScope != NULL) *CompartmentScope = threadScope;
  if (CompartmentId != NULL) *CompartmentId = GetCurrentThreadCompartmentId();
}

DWORD WINAPI SetCurrentThreadCompartmentScope(ULONG CompartmentScope) {
  threadScope = CompartmentScope;
  return NO_ERROR;
}

ULONG WINAPI GetSessionCompartmentId(ULONG SessionId) {
  return assigned(sessions, MOST_SESSIONS, (ULONG_PTR)SessionId + 1);
}

DWORD WINAPI SetSessionCompartmentId(ULONG SessionId, ULONG CompartmentId) {
  DWORD result = check(CompartmentId);
  return result == NO_ERROR ? assign(sessions, MOST_SESSIONS, (ULONG_PTR)SessionId + 1, CompartmentId) : result;
}

ULONG WINAPI GetJobCompartmentId(HANDLE JobHandle) {
  return assigned(jobs, MOST_JOBS, (ULONG_PTR)JobHandle);
}

DWORD WINAPI SetJobCompartmentId(HANDLE JobHandle, ULONG CompartmentId) {
  if (JobHandle == NULL) return ERROR_INVALID_HANDLE;
  DWORD result = check(CompartmentId);
  return result == NO_ERROR ? assign(jobs, MOST_JOBS, (ULONG_PTR)JobHandle, CompartmentId) : result;
}

ULONG WINAPI GetDefaultCompartmentId(void) {
  return DEFAULT_COMPARTMENT;
}

/** No interface of the host is in another compartment [INF]. */
ULONG WINAPI GetInterfaceCompartmentId(const ULONG64 *InterfaceLuid) {
  return InterfaceLuid == NULL ? UNSPECIFIED_COMPARTMENT : DEFAULT_COMPARTMENT;
}

DWORD WINAPI ConvertCompartmentGuidToId(const GUID *CompartmentGuid, ULONG *CompartmentId) {
  typedef DWORD(WINAPI * Function)(const GUID *, ULONG *);
  if (CompartmentGuid == NULL || CompartmentId == NULL) return ERROR_INVALID_PARAMETER;
  Function function = (Function)(void *)siblingFunction("CnmEmulatorCompartmentId");
  return function == NULL ? ERROR_MOD_NOT_FOUND : function(CompartmentGuid, CompartmentId);
}

DWORD WINAPI ConvertCompartmentIdToGuid(ULONG CompartmentId, GUID *CompartmentGuid) {
  return CompartmentGuid == NULL ? ERROR_INVALID_PARAMETER : guidOf(CompartmentId, CompartmentGuid);
}

static DWORD check(ULONG id) {
  GUID ignored;
  return id == UNSPECIFIED_COMPARTMENT ? NO_ERROR : guidOf(id, &ignored);
}

static DWORD guidOf(ULONG id, GUID *guid) {
  typedef DWORD(WINAPI * Function)(ULONG, GUID *);
  Function function = (Function)(void *)siblingFunction("CnmEmulatorCompartmentGuid");
  return function == NULL ? ERROR_MOD_NOT_FOUND : function(id, guid);
}

static DWORD assign(Assignment *assignments, int most, ULONG_PTR whom, ULONG compartment) {
  DWORD result = ERROR_NOT_ENOUGH_MEMORY;
  AcquireSRWLockExclusive(&lock);
  for (int i = 0; i < most && result != NO_ERROR; i++) {
    if (assignments[i].whom != 0 && assignments[i].whom != whom) continue;
    assignments[i] = (Assignment){whom, compartment};
    result = NO_ERROR;
  }
  ReleaseSRWLockExclusive(&lock);
  return result;
}

static ULONG assigned(const Assignment *assignments, int most, ULONG_PTR whom) {
  ULONG compartment = UNSPECIFIED_COMPARTMENT;
  AcquireSRWLockShared(&lock);
  for (int i = 0; i < most; i++)
    if (assignments[i].whom == whom) compartment = assignments[i].compartment;
  ReleaseSRWLockShared(&lock);
  return compartment;
}
