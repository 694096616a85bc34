#include "memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static volatile LONG live;

void *allocate(size_t size) {
  return reallocate(NULL, size);
}

void *reallocate(void *block, size_t size) {
  void *grown = realloc(block, size == 0 ? 1 : size);
  if (grown == NULL) abort();
  if (block == NULL) InterlockedIncrement(&live);
  return grown;
}

char *copyText(const char *text) {
  size_t size = strlen(text) + 1;
  return memcpy(allocate(size), text, size);
}

char *formatText(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  char *text = allocate((size_t)length + 1);
  va_start(arguments, format);
  vsnprintf(text, (size_t)length + 1, format, arguments);
  va_end(arguments);
  return text;
}

void release(void *block) {
  if (block == NULL) return;
  InterlockedDecrement(&live);
  free(block);
}

long liveBlocks(void) {
  return live;
}
