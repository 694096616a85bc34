#include "call.h"

#include "faults.h"
#include "hresults.h"
#include "json-write.h"
#include "log.h"
#include "memory.h"
#include "service.h"
#include "state.h"
#include "task-strings.h"

bool callBegin(Call *call, const char *function, PWSTR *errorRecord) {
  *call = (Call){.function = function, .errorRecord = errorRecord, .result = S_OK, .log = jsonObject()};
  if (errorRecord != NULL) *errorRecord = NULL;
  faultsBefore(call);
  stateEnter();
  return SUCCEEDED(call->result) && serviceIsUp(call);
}

HRESULT callEnd(Call *call) {
  stateLeave();
  if (SUCCEEDED(call->result)) faultsAfter(call);
  Json *record = FAILED(call->result) ? errorRecordOf(call->result, call->message) : NULL;
  if (record != NULL && call->errorRecord != NULL) {
    char *text = jsonWrite(record, JSON_ANY_LETTERS);
    *call->errorRecord = giveText(text);
    release(text);
  }
  logCall(call, record);
  jsonFree(record);
  jsonFree(call->log);
  release(call->message);
  return call->result;
}

bool fail(Call *call, HRESULT result, const char *message) {
  release(call->message);
  call->message = message == NULL ? NULL : copyText(message);
  call->result = result;
  return false;
}

void callNote(Call *call, const char *key, const char *text) {
  if (text != NULL) jsonSetText(call->log, key, text);
}

Json *errorRecordOf(HRESULT result, const char *message) {
  Json *record = jsonObject();
  jsonSet(record, "Success", jsonBoolean(false));
  jsonSetText(record, "Error", message == NULL ? resultText(result) : message);
  jsonSetNumber(record, "ErrorCode", (uint32_t)result);
  return record;
}
