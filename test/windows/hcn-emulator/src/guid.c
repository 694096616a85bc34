#include "guid.h"

#include <objbase.h>
#include <stdio.h>
#include <string.h>

void guidToText(const GUID *guid, char text[GUID_TEXT]) {
  const unsigned char *rest = guid->Data4;
  snprintf(text, GUID_TEXT, "%08lx-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x", guid->Data1, guid->Data2, guid->Data3,
           rest[0], rest[1], rest[2], rest[3], rest[4], rest[5], rest[6], rest[7]);
}

bool guidFromText(const char *text, GUID *guid) {
  static const char SHAPE[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (text == NULL || strlen(text) != sizeof SHAPE - 1) return false;
  for (size_t i = 0; i < sizeof SHAPE - 1; i++) {
    bool isDigit = strchr("0123456789abcdefABCDEF", text[i]) != NULL;
    if (SHAPE[i] == '-' ? text[i] != '-' : !isDigit) return false;
  }
  unsigned first, part[10];
  sscanf(text, "%8x-%4x-%4x-%2x%2x-%2x%2x%2x%2x%2x%2x", &first, &part[0], &part[1], &part[2], &part[3], &part[4],
         &part[5], &part[6], &part[7], &part[8], &part[9]);
  guid->Data1 = first;
  guid->Data2 = (unsigned short)part[0];
  guid->Data3 = (unsigned short)part[1];
  for (int i = 0; i < 8; i++) guid->Data4[i] = (unsigned char)part[i + 2];
  return true;
}

void guidNew(char text[GUID_TEXT]) {
  GUID guid;
  CoCreateGuid(&guid);
  guidToText(&guid, text);
}

bool guidIsNull(const GUID *guid) {
  static const GUID NONE;
  return memcmp(guid, &NONE, sizeof NONE) == 0;
}
