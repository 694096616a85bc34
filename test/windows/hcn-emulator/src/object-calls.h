#pragma once
#include "kinds.h"

/* The calls that are the same for all kinds of objects. */

HRESULT enumerateObjects(const char *function, const Kind *kind, PCWSTR query, PWSTR *ids, PWSTR *record);
/** `parent` is the handle of a network, for an endpoint. */
HRESULT createObject(const char *function, const Kind *kind, void *parent, REFGUID id, PCWSTR settings, void **handle,
                     PWSTR *record);
HRESULT openObject(const char *function, const Kind *kind, REFGUID id, void **handle, PWSTR *record);
HRESULT modifyObject(const char *function, const Kind *kind, void *handle, PCWSTR settings, PWSTR *record);
HRESULT queryObject(const char *function, const Kind *kind, void *handle, PCWSTR query, PWSTR *properties, PWSTR *record);
HRESULT deleteObject(const char *function, const Kind *kind, REFGUID id, PWSTR *record);
HRESULT closeObject(const char *function, HandleKind kind, void *handle);

/** The object of an open handle; NULL, and the call failed, when the handle or the object is none. */
Json *objectOfHandle(Call *call, const Kind *kind, void *handle);
bool giveHandle(Call *call, HandleEntry entry, void **handle);
