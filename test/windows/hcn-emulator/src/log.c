#include "log.h"

#include "config.h"
#include "file.h"
#include "json-write.h"
#include "memory.h"

void logCall(const Call *call, const Json *record) {
  const char *path = configText("Log");
  if (path == NULL) return;
  Json *line = jsonObject();
  char *result = formatText("%08x", (unsigned)call->result);
  jsonSetText(line, "Function", call->function);
  JSON_EACH(field, call->log) jsonSet(line, field->key, jsonClone(field));
  jsonSetText(line, "Result", result);
  if (record != NULL) jsonSetText(line, "Error", jsonTextOf(record, "Error"));
  jsonSetNumber(line, "Process", GetCurrentProcessId());
  jsonSetNumber(line, "Thread", GetCurrentThreadId());
  char *text = jsonWrite(line, JSON_ASCII_LETTERS);
  char *ended = formatText("%s\n", text);
  fileAppend(path, ended);
  release(ended);
  release(text);
  release(result);
  jsonFree(line);
}
