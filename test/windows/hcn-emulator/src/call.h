#pragma once
#include <windows.h>

#include "json.h"

/** One call of an exported function, from its entry to its return. */
typedef struct Call {
  const char *function;
  PWSTR *errorRecord;
  HRESULT result;
  char *message;
  /** What the log says of it. */
  Json *log;
} Call;

/**
 * Clears the record, lets the faults strike, and enters the state. Whether the call may go on; callEnd ends it in any case.
 */
bool callBegin(Call *call, const char *function, PWSTR *errorRecord);
/** Leaves the state, fills the record, writes the log. */
HRESULT callEnd(Call *call);

/** The call ends with this result. `message`, if any, takes the place of the result's own text. Always false. */
bool fail(Call *call, HRESULT result, const char *message);

/** For the log: what the call was about. */
void callNote(Call *call, const char *key, const char *text);

/** The body of an error record, which the caller frees. */
Json *errorRecordOf(HRESULT result, const char *message);
