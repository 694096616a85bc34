#pragma once
#include <stdbool.h>

/** The whole of a file, which the caller releases; NULL when there is none. */
char *fileRead(const char *path);
/** What a file begins with, at most `size - 1` bytes. */
bool fileReadStart(const char *path, char *text, unsigned size);
/** Writes a file beside it and renames: whoever is killed meanwhile leaves the old content or the new. */
bool fileReplace(const char *path, const char *text);
bool fileAppend(const char *path, const char *text);
