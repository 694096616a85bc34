#include "buffer.h"

#include "memory.h"

void bufferByte(Buffer *buffer, char byte) {
  if (buffer->length + 2 > buffer->capacity) {
    buffer->capacity = buffer->capacity == 0 ? 64 : buffer->capacity * 2;
    buffer->text = reallocate(buffer->text, buffer->capacity);
  }
  buffer->text[buffer->length++] = byte;
  buffer->text[buffer->length] = '\0';
}

void bufferText(Buffer *buffer, const char *text) {
  for (; *text != '\0'; text++) bufferByte(buffer, *text);
}

void bufferCodePoint(Buffer *buffer, unsigned codePoint) {
  if (codePoint != 0 && codePoint < 0x80) {
    bufferByte(buffer, (char)codePoint);
  } else if (codePoint < 0x800) {
    bufferByte(buffer, (char)(0xc0 | codePoint >> 6));
    bufferByte(buffer, (char)(0x80 | (codePoint & 0x3f)));
  } else if (codePoint < 0x10000) {
    bufferByte(buffer, (char)(0xe0 | codePoint >> 12));
    bufferByte(buffer, (char)(0x80 | (codePoint >> 6 & 0x3f)));
    bufferByte(buffer, (char)(0x80 | (codePoint & 0x3f)));
  } else {
    bufferByte(buffer, (char)(0xf0 | codePoint >> 18));
    bufferByte(buffer, (char)(0x80 | (codePoint >> 12 & 0x3f)));
    bufferByte(buffer, (char)(0x80 | (codePoint >> 6 & 0x3f)));
    bufferByte(buffer, (char)(0x80 | (codePoint & 0x3f)));
  }
}

char *bufferTake(Buffer *buffer) {
  if (buffer->text == NULL) bufferByte(buffer, '\0');
  char *text = buffer->text;
  *buffer = (Buffer){0};
  return text;
}
