#pragma once
#include <stddef.h>

/** Text that grows. */
typedef struct Buffer {
  char *text;
  size_t length;
  size_t capacity;
} Buffer;

void bufferByte(Buffer *buffer, char byte);
void bufferText(Buffer *buffer, const char *text);

/** A code point in UTF-8. U+0000 becomes two bytes, so that a text still ends at its first zero byte. */
void bufferCodePoint(Buffer *buffer, unsigned codePoint);

/** The text; the caller releases it. */
char *bufferTake(Buffer *buffer);
