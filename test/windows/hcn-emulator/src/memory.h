#pragma once
#include <stddef.h>

/* Memory of the emulator itself. What a caller gets comes from CoTaskMemAlloc: strings.h. */

void *allocate(size_t size);
void *reallocate(void *block, size_t size);
char *copyText(const char *text);
char *formatText(const char *format, ...);
void release(void *block);

/** Blocks that are allocated and not yet released: a test compares it before and after. */
long liveBlocks(void);
