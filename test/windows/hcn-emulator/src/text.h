#pragma once
#include <stdbool.h>
#include <windows.h>

/* Text inside is UTF-8 (lone surrogates kept, as three bytes); outside it is UTF-16. */

char *narrow(PCWSTR wide);
PWSTR widen(const char *text);

/** The code point at `*text`, which moves behind it. */
unsigned nextCodePoint(const char **text);

bool sameText(const char *a, const char *b);
bool startsWith(const char *text, const char *start);

/** The next part of a list, without blanks around it: a copy, or NULL at the end. */
char *nextPart(const char **list, char separator);
