#include "json-parse.h"

#include <string.h>

#include "buffer.h"
#include "memory.h"
#include "text.h"

enum { MOST_LEVELS = 100 };

typedef struct Parser {
  const char *at;
  int level;
} Parser;

static Json *parseValue(Parser *parser);
static Json *parseWord(Parser *parser, const char *word, JsonKind kind);
static Json *parseNumber(Parser *parser);
static Json *parseList(Parser *parser, JsonKind kind, char end);
static bool parseItem(Parser *parser, Json *list);
static char *parseText(Parser *parser);
static bool parseEscape(Parser *parser, Buffer *buffer);
static bool parseHex(Parser *parser, unsigned *unit);
static bool skipDigits(const char **at);
static void skipBlanks(Parser *parser);
static bool skip(Parser *parser, char byte);

Json *jsonParse(const char *text) {
  Parser parser = {.at = text};
  Json *value = parseValue(&parser);
  skipBlanks(&parser);
  if (value == NULL || *parser.at == '\0') return value;
  jsonFree(value);
  return NULL;
}

static Json *parseValue(Parser *parser) {
  skipBlanks(parser);
  switch (*parser->at) {
    case '{':
      return parseList(parser, JSON_OBJECT, '}');
    case '[':
      return parseList(parser, JSON_ARRAY, ']');
    case '"': {
      char *text = parseText(parser);
      if (text == NULL) return NULL;
      Json *value = jsonString(text);
      release(text);
      return value;
    }
    case 'n':
      return parseWord(parser, "null", JSON_NULL);
    case 't':
      return parseWord(parser, "true", JSON_TRUE);
    case 'f':
      return parseWord(parser, "false", JSON_FALSE);
    default:
      return parseNumber(parser);
  }
}

static Json *parseWord(Parser *parser, const char *word, JsonKind kind) {
  if (strncmp(parser->at, word, strlen(word)) != 0) return NULL;
  parser->at += strlen(word);
  Json *value = jsonBoolean(false);
  value->kind = kind;
  return value;
}

static Json *parseNumber(Parser *parser) {
  const char *begin = parser->at;
  const char *at = begin;
  if (*at == '-') at++;
  if (*at == '0') at++;
  else if (!skipDigits(&at)) return NULL;
  if (*at == '.' && (at++, !skipDigits(&at))) return NULL;
  if (*at == 'e' || *at == 'E') {
    at++;
    if (*at == '+' || *at == '-') at++;
    if (!skipDigits(&at)) return NULL;
  }
  Buffer digits = {0};
  for (; begin < at; begin++) bufferByte(&digits, *begin);
  parser->at = at;
  Json *value = jsonNumber(0);
  release(value->text);
  value->text = bufferTake(&digits);
  return value;
}

static Json *parseList(Parser *parser, JsonKind kind, char end) {
  if (parser->level == MOST_LEVELS) return NULL;
  parser->level++;
  parser->at++;
  Json *list = kind == JSON_OBJECT ? jsonObject() : jsonArray();
  bool isGood = skip(parser, end);
  for (bool isOpen = !isGood; isOpen && parseItem(parser, list);) {
    isGood = skip(parser, end);
    isOpen = !isGood && skip(parser, ',');
  }
  parser->level--;
  if (isGood) return list;
  jsonFree(list);
  return NULL;
}

static bool parseItem(Parser *parser, Json *list) {
  char *key = NULL;
  if (list->kind == JSON_OBJECT) {
    skipBlanks(parser);
    key = *parser->at == '"' ? parseText(parser) : NULL;
    if (key == NULL || !skip(parser, ':')) {
      release(key);
      return false;
    }
  }
  Json *item = parseValue(parser);
  if (item == NULL) {
    release(key);
    return false;
  }
  item->key = key;
  jsonAppend(list, item);
  return true;
}

static char *parseText(Parser *parser) {
  Buffer buffer = {0};
  parser->at++;
  while (*parser->at != '"') {
    bool isGood = (unsigned char)*parser->at >= 0x20;
    if (isGood && *parser->at == '\\') isGood = parseEscape(parser, &buffer);
    else bufferByte(&buffer, *parser->at++);
    if (isGood) continue;
    release(bufferTake(&buffer));
    return NULL;
  }
  parser->at++;
  return bufferTake(&buffer);
}

static bool parseEscape(Parser *parser, Buffer *buffer) {
  static const char LETTERS[] = "\"\\/bfnrt";
  static const char MEANINGS[] = "\"\\/\b\f\n\r\t";
  char letter = parser->at[1];
  parser->at += letter == '\0' ? 1 : 2;
  if (letter != 'u') {
    const char *found = letter == '\0' ? NULL : strchr(LETTERS, letter);
    if (found != NULL) bufferByte(buffer, MEANINGS[found - LETTERS]);
    return found != NULL;
  }
  unsigned unit;
  if (!parseHex(parser, &unit)) return false;
  bool mayPair = unit >= 0xd800 && unit < 0xdc00 && parser->at[0] == '\\' && parser->at[1] == 'u';
  if (mayPair) {
    Parser ahead = {.at = parser->at + 2};
    unsigned low;
    if (!parseHex(&ahead, &low)) return false;
    if (low >= 0xdc00 && low < 0xe000) {
      unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
      parser->at = ahead.at;
    }
  }
  bufferCodePoint(buffer, unit);
  return true;
}

static bool parseHex(Parser *parser, unsigned *unit) {
  static const char DIGITS[] = "0123456789abcdef";
  *unit = 0;
  for (int i = 0; i < 4; i++, parser->at++) {
    const char *digit = *parser->at == '\0' ? NULL : strchr(DIGITS, *parser->at | 0x20);
    if (digit == NULL || *digit == '\0') return false;
    *unit = *unit << 4 | (unsigned)(digit - DIGITS);
  }
  return true;
}

static bool skipDigits(const char **at) {
  const char *begin = *at;
  while (**at >= '0' && **at <= '9') (*at)++;
  return *at > begin;
}

static void skipBlanks(Parser *parser) {
  while (*parser->at != '\0' && strchr(" \t\r\n", *parser->at) != NULL) parser->at++;
}

static bool skip(Parser *parser, char byte) {
  skipBlanks(parser);
  if (*parser->at != byte) return false;
  parser->at++;
  return true;
}
