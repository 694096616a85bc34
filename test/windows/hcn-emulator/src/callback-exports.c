#include <string.h>

#include "exports.h"
#include "hresults.h"
#include "notifications.h"
#include "object-calls.h"

static HRESULT registerCallback(const char *function, const Kind *kind, void *object, HCN_NOTIFICATION_CALLBACK callback,
                                void *context, HCN_CALLBACK *handle);
static HRESULT unregisterCallback(const char *function, HCN_CALLBACK handle);

HRESULT WINAPI HcnRegisterServiceCallback(HCN_NOTIFICATION_CALLBACK Callback, void *Context, HCN_CALLBACK *CallbackHandle) {
  return registerCallback("HcnRegisterServiceCallback", NULL, NULL, Callback, Context, CallbackHandle);
}

HRESULT WINAPI HcnUnregisterServiceCallback(HCN_CALLBACK CallbackHandle) {
  return unregisterCallback("HcnUnregisterServiceCallback", CallbackHandle);
}

HRESULT WINAPI HcnRegisterNetworkCallback(HCN_NETWORK Network, HCN_NOTIFICATION_CALLBACK Callback, void *Context,
                                          HCN_CALLBACK *CallbackHandle) {
  return registerCallback("HcnRegisterNetworkCallback", &networkKind, Network, Callback, Context, CallbackHandle);
}

HRESULT WINAPI HcnUnregisterNetworkCallback(HCN_CALLBACK CallbackHandle) {
  return unregisterCallback("HcnUnregisterNetworkCallback", CallbackHandle);
}

HRESULT WINAPI HcnRegisterGuestNetworkServiceCallback(HCN_GUESTNETWORKSERVICE GuestNetworkService,
                                                      HCN_NOTIFICATION_CALLBACK Callback, void *Context,
                                                      HCN_CALLBACK *CallbackHandle) {
  return registerCallback("HcnRegisterGuestNetworkServiceCallback", &guestNetworkServiceKind, GuestNetworkService, Callback,
                          Context, CallbackHandle);
}

HRESULT WINAPI HcnUnregisterGuestNetworkServiceCallback(HCN_CALLBACK CallbackHandle) {
  return unregisterCallback("HcnUnregisterGuestNetworkServiceCallback", CallbackHandle);
}

static HRESULT registerCallback(const char *function, const Kind *kind, void *object, HCN_NOTIFICATION_CALLBACK callback,
                                void *context, HCN_CALLBACK *handle) {
  Call call;
  Registration registration = {.callback = callback, .context = context};
  if (handle != NULL) *handle = NULL;
  bool goesOn = callBegin(&call, function, NULL) && (callback != NULL || fail(&call, E_INVALIDARG, NULL)) &&
                (handle != NULL || fail(&call, E_POINTER, NULL));
  if (goesOn && kind != NULL) {
    const Json *found = objectOfHandle(&call, kind, object);
    goesOn = found != NULL;
    if (goesOn) strcpy(registration.object, jsonTextOf(found, "ID"));
  }
  if (goesOn) {
    HandleEntry entry = {.kind = HANDLE_CALLBACK, .number = notificationsRegister(&registration)};
    if (entry.number == 0) fail(&call, E_OUTOFMEMORY, NULL);
    else giveHandle(&call, entry, handle);
  }
  return callEnd(&call);
}

static HRESULT unregisterCallback(const char *function, HCN_CALLBACK handle) {
  Call call;
  callBegin(&call, function, NULL);
  HandleEntry *entry = handleFind(handle, HANDLE_CALLBACK);
  if (call.result == E_WIN32_RPC_UNAVAILABLE && entry != NULL) call.result = S_OK;
  if (entry == NULL) fail(&call, E_INVALIDARG, NULL);
  if (SUCCEEDED(call.result)) {
    notificationsUnregister(entry->number);
    handleClose(entry);
  }
  return callEnd(&call);
}
