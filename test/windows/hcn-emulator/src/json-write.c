#include "json-write.h"

#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "text.h"

static void writeValue(Buffer *buffer, const Json *value, JsonLetters letters);
static void writeList(Buffer *buffer, const Json *list, JsonLetters letters);
static void writeText(Buffer *buffer, const char *text, JsonLetters letters);
static void writeLetter(Buffer *buffer, unsigned codePoint, JsonLetters letters);
static void writeEscape(Buffer *buffer, unsigned unit);

char *jsonWrite(const Json *value, JsonLetters letters) {
  Buffer buffer = {0};
  writeValue(&buffer, value, letters);
  return bufferTake(&buffer);
}

static void writeValue(Buffer *buffer, const Json *value, JsonLetters letters) {
  switch (value->kind) {
    case JSON_NULL:
      bufferText(buffer, "null");
      break;
    case JSON_FALSE:
      bufferText(buffer, "false");
      break;
    case JSON_TRUE:
      bufferText(buffer, "true");
      break;
    case JSON_NUMBER:
      bufferText(buffer, value->text);
      break;
    case JSON_STRING:
      writeText(buffer, value->text, letters);
      break;
    default:
      writeList(buffer, value, letters);
  }
}

static void writeList(Buffer *buffer, const Json *list, JsonLetters letters) {
  bool isObject = list->kind == JSON_OBJECT;
  bool isFirst = true;
  bufferByte(buffer, isObject ? '{' : '[');
  for (size_t i = 0; i < list->count; i++) {
    const Json *item = list->items[i];
    if (isObject && item->key[0] == '$' && letters == JSON_ANY_LETTERS) continue;
    if (!isFirst) bufferByte(buffer, ',');
    isFirst = false;
    if (isObject) {
      writeText(buffer, item->key, letters);
      bufferByte(buffer, ':');
    }
    writeValue(buffer, item, letters);
  }
  bufferByte(buffer, isObject ? '}' : ']');
}

static void writeText(Buffer *buffer, const char *text, JsonLetters letters) {
  bufferByte(buffer, '"');
  while (*text != '\0') writeLetter(buffer, nextCodePoint(&text), letters);
  bufferByte(buffer, '"');
}

static void writeLetter(Buffer *buffer, unsigned codePoint, JsonLetters letters) {
  bool isLoneSurrogate = codePoint >= 0xd800 && codePoint < 0xe000;
  if (codePoint == '"' || codePoint == '\\') {
    bufferByte(buffer, '\\');
    bufferByte(buffer, (char)codePoint);
  } else if (codePoint < 0x20 || isLoneSurrogate || (codePoint >= 0x7f && codePoint < 0x10000 && letters == JSON_ASCII_LETTERS)) {
    writeEscape(buffer, codePoint);
  } else if (codePoint >= 0x10000 && letters == JSON_ASCII_LETTERS) {
    writeEscape(buffer, 0xd800 + ((codePoint - 0x10000) >> 10));
    writeEscape(buffer, 0xdc00 + ((codePoint - 0x10000) & 0x3ff));
  } else {
    bufferCodePoint(buffer, codePoint);
  }
}

static void writeEscape(Buffer *buffer, unsigned unit) {
  char escape[8];
  snprintf(escape, sizeof escape, "\\u%04x", unit & 0xffff);
  bufferText(buffer, escape);
}
