#include "text.h"

#include <string.h>

#include "buffer.h"
#include "memory.h"

char *narrow(PCWSTR wide) {
  Buffer buffer = {0};
  for (; *wide != 0; wide++) {
    unsigned unit = *wide;
    bool isPair = unit >= 0xd800 && unit < 0xdc00 && wide[1] >= 0xdc00 && wide[1] < 0xe000;
    if (isPair) unit = 0x10000 + ((unit - 0xd800) << 10) + (*++wide - 0xdc00);
    bufferCodePoint(&buffer, unit);
  }
  return bufferTake(&buffer);
}

PWSTR widen(const char *text) {
  PWSTR wide = allocate((strlen(text) + 1) * sizeof(WCHAR));
  size_t length = 0;
  while (*text != '\0') {
    unsigned codePoint = nextCodePoint(&text);
    if (codePoint >= 0x10000) {
      wide[length++] = (WCHAR)(0xd800 + ((codePoint - 0x10000) >> 10));
      codePoint = 0xdc00 + ((codePoint - 0x10000) & 0x3ff);
    }
    wide[length++] = (WCHAR)codePoint;
  }
  wide[length] = 0;
  return wide;
}

unsigned nextCodePoint(const char **text) {
  const unsigned char *bytes = (const unsigned char *)*text;
  int more = bytes[0] >= 0xf0 ? 3 : bytes[0] >= 0xe0 ? 2 : bytes[0] >= 0xc0 ? 1 : 0;
  unsigned codePoint = more == 0 ? bytes[0] : bytes[0] & (0x3fu >> more);
  int used = 1;
  for (; used <= more && (bytes[used] & 0xc0) == 0x80; used++) codePoint = codePoint << 6 | (bytes[used] & 0x3f);
  *text += used;
  return codePoint;
}

bool sameText(const char *a, const char *b) {
  return a != NULL && b != NULL && _stricmp(a, b) == 0;
}

bool startsWith(const char *text, const char *start) {
  return _strnicmp(text, start, strlen(start)) == 0;
}

char *nextPart(const char **list, char separator) {
  if (*list == NULL || **list == '\0') return NULL;
  const char *begin = *list;
  const char *end = strchr(begin, separator);
  *list = end == NULL ? NULL : end + 1;
  if (end == NULL) end = begin + strlen(begin);
  while (begin < end && *begin == ' ') begin++;
  while (end > begin && end[-1] == ' ') end--;
  char *part = allocate((size_t)(end - begin) + 1);
  memcpy(part, begin, (size_t)(end - begin));
  part[end - begin] = '\0';
  return part;
}
