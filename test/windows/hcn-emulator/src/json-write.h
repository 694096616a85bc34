#pragma once
#include "json.h"

typedef enum JsonLetters { JSON_ANY_LETTERS, JSON_ASCII_LETTERS } JsonLetters;

/** The value as text, which the caller releases. Fields whose names begin with `$` are the emulator's own: only ASCII has them. */
char *jsonWrite(const Json *value, JsonLetters letters);
