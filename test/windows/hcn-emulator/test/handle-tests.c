#include <objbase.h>
#include <stdint.h>
#include <string.h>

#include "client.h"
#include "suite.h"

static void aClosedHandleIsNone(void) {
  void *network = openHandle(&NETWORK, givenNetwork());
  CHECK(network != NULL);
  CHECK_RESULT(S_OK, HcnCloseNetwork(network));
  CHECK_RESULT(E_INVALIDARG, HcnCloseNetwork(network));
  PWSTR properties = (PWSTR)1, error = NULL;
  CHECK_RESULT(E_INVALIDARG, HcnQueryNetworkProperties(network, NULL, &properties, &error));
  CHECK(properties == NULL);
  takeRecord(error);
  CHECK(recordSays(E_INVALIDARG));
}

static void aHandleIsOfItsKind(void) {
  void *network = openHandle(&NETWORK, givenNetwork());
  CHECK_RESULT(E_INVALIDARG, HcnCloseEndpoint(network));
  CHECK_RESULT(E_INVALIDARG, HcnCloseNamespace(network));
  CHECK_RESULT(E_INVALIDARG, HcnUnregisterServiceCallback(network));
  CHECK_RESULT(S_OK, HcnCloseNetwork(network));
}

static void nonsenseIsNoHandle(void) {
  static const uintptr_t NONSENSE[] = {0, 1, 3, 0x4660, 0xdeadbeef, UINTPTR_MAX};
  for (size_t i = 0; i < sizeof NONSENSE / sizeof *NONSENSE; i++) {
    CHECK_RESULT(E_INVALIDARG, HcnCloseNetwork((void *)NONSENSE[i]));
    CHECK_RESULT(E_INVALIDARG, HcnModifyEndpoint((void *)NONSENSE[i], L"{}", NULL));
    CHECK_RESULT(E_INVALIDARG, HcnReleaseGuestNetworkServicePortReservationHandle((HANDLE)NONSENSE[i]));
  }
}

static void nullOutsAreRefused(void) {
  GUID id = guidOf(givenNetwork());
  CHECK_RESULT(E_POINTER, HcnEnumerateNetworks(NULL, NULL, NULL));
  CHECK_RESULT(E_POINTER, HcnOpenNetwork(&id, NULL, NULL));
  CHECK_RESULT(E_POINTER, HcnCreateNamespace(&id, L"{}", NULL, NULL));
  void *network = openHandle(&NETWORK, newId());
  CHECK_RESULT(E_POINTER, HcnQueryNetworkProperties(network, NULL, NULL, NULL));
  CHECK_RESULT(E_POINTER, HcnCreateEndpoint(network, &id, L"{}", NULL, NULL));
  CHECK_RESULT(S_OK, HcnCloseNetwork(network));
}

static void nullInsAreRefused(void) {
  void *handle = NULL;
  CHECK_RESULT(E_INVALIDARG, HcnOpenNetwork(NULL, &handle, NULL));
  CHECK_RESULT(E_INVALIDARG, HcnDeleteNetwork(NULL, NULL));
  CHECK_RESULT(E_INVALIDARG, HcnRegisterServiceCallback(NULL, NULL, &handle));
  GUID none = {0};
  CHECK_RESULT(E_INVALIDARG, HcnCreateNetwork(&none, NULL, &handle, NULL));
  CHECK(handle == NULL);
}

static void recordsOnlyOnFailure(void) {
  PWSTR ids = NULL, error = (PWSTR)1;
  CHECK_RESULT(S_OK, HcnEnumerateNetworks(L"", &ids, &error));
  CHECK(error == NULL);
  CHECK(wcscmp(ids, L"[]") == 0);
  CoTaskMemFree(ids);
  GUID unknown = guidOf("6d9c7d5b-7fcb-4f5f-9a0d-000000000009");
  CHECK_RESULT(HCN_E_NETWORK_NOT_FOUND, HcnDeleteNetwork(&unknown, &error));
  takeRecord(error);
  CHECK(recordSays(HCN_E_NETWORK_NOT_FOUND));
  CHECK(strstr(lastRecord(), "\"ErrorCode\":2151350273") != NULL);
  CHECK_RESULT(HCN_E_NETWORK_NOT_FOUND, HcnDeleteNetwork(&unknown, NULL));
}

static void closingDeletesNothing(void) {
  void *first = openHandle(&NETWORK, givenNetwork());
  void *second = openHandle(&NETWORK, newId());
  CHECK(first != second);
  CHECK_RESULT(S_OK, HcnCloseNetwork(first));
  CHECK_RESULT(S_OK, HcnCloseNetwork(second));
  CHECK(countOf(&NETWORK) == 1);
}

static void stringsAreCounted(void) {
  PWSTR ids = NULL;
  long before = liveStrings();
  HcnEnumerateNetworks(NULL, &ids, NULL);
  CHECK(liveStrings() == before + 1);
  CoTaskMemFree(ids);
  CHECK(liveStrings() == before);
}

const Test HANDLE_TESTS[] = {{"row 2: a handle that was closed is none", aClosedHandleIsNone},
                             {"row 2: a handle is of its kind", aHandleIsOfItsKind},
                             {"row 2: nonsense is no handle", nonsenseIsNoHandle},
                             {"row 2: no place for the answer is E_POINTER", nullOutsAreRefused},
                             {"row 2: nothing given is E_INVALIDARG", nullInsAreRefused},
                             {"row 2: an error record only on failure", recordsOnlyOnFailure},
                             {"row 2: closing deletes nothing", closingDeletesNothing},
                             {"row 2: strings are counted until they are freed", stringsAreCounted},
                             {0}};
