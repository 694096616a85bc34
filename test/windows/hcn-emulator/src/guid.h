#pragma once
#include <stdbool.h>
#include <windows.h>

enum { GUID_TEXT = 37 };

/* Inside, an id is lower-case text without braces. */

void guidToText(const GUID *guid, char text[GUID_TEXT]);
/** Whether the text is a GUID without braces. */
bool guidFromText(const char *text, GUID *guid);
void guidNew(char text[GUID_TEXT]);
bool guidIsNull(const GUID *guid);
