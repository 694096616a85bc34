#include <stdio.h>
#include <string.h>

#include "../src/guid.h"
#include "../src/memory.h"
#include "../src/text.h"
#include "client.h"
#include "suite.h"

enum { MOST = 64, PATIENCE = 60000 };

typedef struct Heard {
  HANDLE more;
  int count;
  DWORD types[MOST];
  char ids[MOST][GUID_TEXT];
  DWORD thread;
  HCN_CALLBACK own;
} Heard;

static void CALLBACK hear(DWORD type, void *context, HRESULT status, PCWSTR data) {
  Heard *heard = context;
  char *text = data == NULL ? NULL : narrow(data);
  const char *id = text == NULL ? NULL : strstr(text, "\"ID\":\"");
  if (heard->count < MOST) {
    heard->types[heard->count] = SUCCEEDED(status) ? type : 0;
    snprintf(heard->ids[heard->count], GUID_TEXT, "%.36s", id == NULL ? "" : id + 6);
  }
  heard->thread = GetCurrentThreadId();
  heard->count++;
  release(text);
  ReleaseSemaphore(heard->more, 1, NULL);
}

static void CALLBACK hearOnce(DWORD type, void *context, HRESULT status, PCWSTR data) {
  Heard *heard = context;
  CHECK_RESULT(S_OK, HcnUnregisterServiceCallback(heard->own));
  hear(type, context, status, data);
}

static Heard listening(void) {
  return (Heard){.more = CreateSemaphoreA(NULL, 0, MOST, NULL)};
}

static bool await(Heard *heard, int count) {
  while (heard->count < count)
    if (WaitForSingleObject(heard->more, PATIENCE) != WAIT_OBJECT_0) return false;
  return true;
}

static void ofObjects(void) {
  Heard heard = listening();
  char network[GUID_TEXT], endpoint[GUID_TEXT], space[GUID_TEXT], request[200];
  CHECK_RESULT(S_OK, HcnRegisterServiceCallback(hear, &heard, &heard.own));
  strcpy(network, givenNetwork());
  strcpy(endpoint, givenEndpoint(network));
  strcpy(space, givenNamespace());
  static const char *const KINDS[] = {"Add", "Remove"};
  for (int i = 0; i < 2; i++) {
    snprintf(request, sizeof request, "{\"ResourceType\":\"Endpoint\",\"RequestType\":\"%s\",\"Settings\":{\"EndpointId\":\"%s\"}}", KINDS[i], endpoint);
    CHECK_RESULT(S_OK, modify(&NAMESPACE, space, request));
  }
  CHECK_RESULT(S_OK, removeObject(&NAMESPACE, space));
  CHECK_RESULT(S_OK, removeObject(&NETWORK, network));
  static const DWORD WANTED[] = {1, 2, 5, 9, 0x10, 6, 3, 4};
  CHECK(await(&heard, 8));
  CHECK(heard.count == 8 && memcmp(heard.types, WANTED, sizeof WANTED) == 0);
  CHECK_TEXT(network, heard.ids[1]);
  CHECK_TEXT(space, heard.ids[2]);
  CHECK_TEXT(endpoint, heard.ids[3]);
  CHECK(heard.thread != GetCurrentThreadId());
  CHECK_RESULT(S_OK, HcnUnregisterServiceCallback(heard.own));
}

static void unregisterInside(void) {
  Heard once = listening(), all = listening();
  CHECK_RESULT(S_OK, HcnRegisterServiceCallback(hearOnce, &once, &once.own));
  CHECK_RESULT(S_OK, HcnRegisterServiceCallback(hear, &all, &all.own));
  givenNamespace();
  givenNamespace();
  CHECK(await(&all, 2));
  CHECK(once.count == 1);
  CHECK_RESULT(E_INVALIDARG, HcnUnregisterServiceCallback(once.own));
  CHECK_RESULT(S_OK, HcnUnregisterServiceCallback(all.own));
}

static void ofOneNetwork(void) {
  Heard one = listening(), all = listening();
  char first[GUID_TEXT];
  strcpy(first, givenNetwork());
  void *network = openHandle(&NETWORK, first);
  CHECK_RESULT(S_OK, HcnRegisterNetworkCallback(network, hear, &one, &one.own));
  CHECK_RESULT(S_OK, HcnRegisterServiceCallback(hear, &all, &all.own));
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 ",\"Type\":\"Private\"}"));
  CHECK_RESULT(S_OK, removeObject(&NETWORK, first));
  CHECK(await(&all, 4) && await(&one, 2));
  CHECK(one.count == 2 && one.types[1] == HcnNotificationNetworkDelete);
  CHECK_TEXT(first, one.ids[1]);
  CHECK_RESULT(S_OK, HcnUnregisterNetworkCallback(one.own));
  CHECK_RESULT(S_OK, HcnUnregisterServiceCallback(all.own));
  CHECK_RESULT(S_OK, HcnCloseNetwork(network));
}

static void ofGuests(void) {
  Heard heard = listening();
  CHECK_RESULT(S_OK, create(&SERVICE, NULL, "{" V2 "}"));
  char id[GUID_TEXT];
  strcpy(id, newId());
  void *service = openHandle(&SERVICE, id);
  CHECK_RESULT(S_OK, HcnRegisterGuestNetworkServiceCallback(service, hear, &heard, &heard.own));
  CHECK_RESULT(S_OK, modify(&SERVICE, id, "{\"ResourceType\":\"State\",\"RequestType\":\"Update\",\"Settings\":{\"State\":\"Paused\"}}"));
  CHECK(await(&heard, 1));
  CHECK(heard.types[0] == HcnNotificationGuestNetworkServiceStateChanged);
  CHECK_RESULT(S_OK, HcnUnregisterGuestNetworkServiceCallback(heard.own));
  CHECK_RESULT(S_OK, HcnCloseGuestNetworkService(service));
}

static void theServiceStops(void) {
  typedef HRESULT(WINAPI * Control)(void);
  Heard heard = listening();
  char nat[GUID_TEXT];
  strcpy(nat, givenNetwork());
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 ",\"Type\":\"Private\",\"Name\":\"stays\"}"));
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 ",\"Type\":\"Private\",\"Flags\":8}"));
  void *before = openHandle(&NETWORK, nat);
  CHECK_RESULT(S_OK, HcnRegisterServiceCallback(hear, &heard, &heard.own));
  CHECK_RESULT(S_OK, ((Control)(void *)emulatorFunction("CnmEmulatorStop"))());
  CHECK(await(&heard, 1));
  CHECK(heard.types[0] == HcnNotificationServiceDisconnect);
  CHECK(openHandle(&NETWORK, nat) == NULL);
  CHECK(recordSays(E_WIN32_RPC_UNAVAILABLE));
  CHECK_RESULT(S_OK, ((Control)(void *)emulatorFunction("CnmEmulatorStart"))());
  PWSTR properties = NULL;
  CHECK_RESULT(E_WIN32_RPC_UNAVAILABLE, HcnQueryNetworkProperties(before, NULL, &properties, NULL));
  CHECK_RESULT(S_OK, HcnCloseNetwork(before));
  CHECK(countOf(&NETWORK) == 1);
  CHECK_RESULT(S_OK, HcnUnregisterServiceCallback(heard.own));
}

const Test NOTIFICATION_TESTS[] = {{"row 12: what happens to objects, from another thread", ofObjects},
                                   {"row 12: a callback takes itself out", unregisterInside},
                                   {"row 12: one network's own callback", ofOneNetwork},
                                   {"row 12: a guest network service's own callback", ofGuests},
                                   {"row 12: the service stops", theServiceStops},
                                   {0}};
