#include "file.h"

#include <string.h>
#include <windows.h>

#include "memory.h"
#include "text.h"

enum { SHARE_ALL = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE };

static HANDLE openFile(const char *path, DWORD access, DWORD disposition);
static bool writeFile(HANDLE file, const char *text);

char *fileRead(const char *path) {
  HANDLE file = openFile(path, GENERIC_READ, OPEN_EXISTING);
  if (file == INVALID_HANDLE_VALUE) return NULL;
  DWORD size = GetFileSize(file, NULL);
  DWORD length = 0;
  char *text = allocate((size_t)size + 1);
  if (!ReadFile(file, text, size, &length, NULL)) length = 0;
  text[length] = '\0';
  CloseHandle(file);
  return text;
}

bool fileReadStart(const char *path, char *text, unsigned size) {
  HANDLE file = openFile(path, GENERIC_READ, OPEN_EXISTING);
  if (file == INVALID_HANDLE_VALUE) return false;
  DWORD length = 0;
  BOOL isRead = ReadFile(file, text, size - 1, &length, NULL);
  text[length] = '\0';
  CloseHandle(file);
  return isRead;
}

bool fileReplace(const char *path, const char *text) {
  char *temporary = formatText("%s.new", path);
  HANDLE file = openFile(temporary, GENERIC_WRITE, CREATE_ALWAYS);
  bool isDone = file != INVALID_HANDLE_VALUE && writeFile(file, text);
  if (file != INVALID_HANDLE_VALUE) CloseHandle(file);
  PWSTR from = widen(temporary);
  PWSTR to = widen(path);
  isDone = isDone && MoveFileExW(from, to, MOVEFILE_REPLACE_EXISTING);
  release(from);
  release(to);
  release(temporary);
  return isDone;
}

bool fileAppend(const char *path, const char *text) {
  HANDLE file = openFile(path, FILE_APPEND_DATA, OPEN_ALWAYS);
  if (file == INVALID_HANDLE_VALUE) return false;
  bool isDone = writeFile(file, text);
  CloseHandle(file);
  return isDone;
}

static HANDLE openFile(const char *path, DWORD access, DWORD disposition) {
  PWSTR wide = widen(path);
  HANDLE file = CreateFileW(wide, access, SHARE_ALL, NULL, disposition, FILE_ATTRIBUTE_NORMAL, NULL);
  release(wide);
  return file;
}

static bool writeFile(HANDLE file, const char *text) {
  DWORD length = 0;
  return WriteFile(file, text, (DWORD)strlen(text), &length, NULL) && length == strlen(text);
}
