#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../src/guid.h"
#include "../src/text.h"
#include "client.h"
#include "suite.h"

enum { DOCUMENTS = 100000, MOST_TEXT = 4000, STEPS = 10 };

/** Documents from which others come by mutation: `%s` is the endpoint. */
static const char *const SEEDS[] = {
    "{" V2 ",\"Name\":\"web\",\"Type\":\"NAT\",\"Flags\":8,\"Ipams\":[{\"Type\":\"Static\",\"Subnets\":[{\"IpAddressPrefix\":\"10.7.0.0/24\",\"Routes\":[{\"NextHop\":\"10.7.0.1\",\"DestinationPrefix\":\"0.0.0.0/0\"}]}]}],\"Policies\":[{\"Type\":\"NetAdapterName\",\"Settings\":{\"NetworkAdapterName\":\"Ethernet\"}}]}",
    "{\"Name\":\"v1\",\"Type\":\"l2bridge\",\"MacPools\":[{\"StartMacAddress\":\"00-15-5D-10-00-00\",\"EndMacAddress\":\"00-15-5D-10-00-0F\"}],\"Subnets\":[{\"AddressPrefix\":\"10.1.0.0/16\",\"GatewayAddress\":\"10.1.0.1\",\"Policies\":[{\"Type\":\"VSID\",\"VSID\":5000}]}]}",
    "{" V2 ",\"Name\":\"caf\\u00e9 \\ud83d\\ude00\",\"IpConfigurations\":[{\"IpAddress\":\"10.0.0.9\",\"PrefixLength\":24}],\"MacAddress\":\"00-15-5D-01-02-03\",\"Policies\":[{\"Type\":\"PortMapping\",\"Settings\":{\"Protocol\":6,\"InternalPort\":80,\"ExternalPort\":8080}},{\"Type\":\"ACL\",\"Settings\":{\"Protocols\":\"6,17\",\"Action\":\"Allow\",\"Direction\":\"In\",\"LocalPorts\":\"80-90\",\"RemoteAddresses\":\"10.0.0.0/8\"}}]}",
    "{\"Name\":\"v1\",\"IPAddress\":\"10.0.0.8\",\"PrefixLength\":24,\"Policies\":[{\"Type\":\"NAT\",\"Protocol\":17,\"InternalPort\":53,\"ExternalPort\":53},{\"Type\":\"OutBoundNAT\",\"ExceptionList\":[\"10.0.0.0/8\"]}]}",
    "{\"ResourceType\":\"Policy\",\"RequestType\":\"Add\",\"Settings\":{\"Policies\":[{\"Type\":\"L4Proxy\",\"Settings\":{\"IP\":\"10.0.0.1\",\"Port\":\"80\",\"Protocol\":6,\"ExceptionList\":[\"10.0.0.9\"]}}]}}",
    "{\"ResourceType\":3,\"RequestType\":0,\"Settings\":{\"Subnets\":[{\"IpAddressPrefix\":\"fd00:6::/64\",\"IpSubnets\":[{\"IpAddressPrefix\":\"fd00:6::/80\",\"Flags\":3}]}]}}",
    "{" V2 ",\"Type\":\"Host\",\"Resources\":[{\"Type\":\"Endpoint\",\"Data\":{\"Id\":\"6d9c7d5b-7fcb-4f5f-9a0d-000000000009\"}}],\"CreateWithCompartment\":true}",
    "{" V2 ",\"Flags\":\"None\",\"Filter\":\"{\\\"Name\\\":\\\"web\\\",\\\"VirtualNetwork\\\":\\\"6d9c7d5b-7fcb-4f5f-9a0d-000000000009\\\"}\"}",
    "{" V2 ",\"HostComputeEndpoints\":[],\"FrontendVIPs\":[\"10.9.9.9\"],\"PortMappings\":[{\"Protocol\":6,\"InternalPort\":80,\"ExternalPort\":8080,\"DistributionType\":2,\"Flags\":1}],\"Flags\":1}"};

static uint32_t seed = 20261125;

static uint32_t next(uint32_t below) {
  seed ^= seed << 13;
  seed ^= seed >> 17;
  seed ^= seed << 5;
  return seed % below;
}

/** Replaces, removes, repeats or inserts: sometimes bytes, sometimes what JSON is made of. */
static void mutate(char *text) {
  static const char *const PIECES[] = {"{", "}", "[", "]", ",", ":", "\"", "\\u0000", "\\ud800", "null", "true", "-1", "1e400", "99999999999999999999",
                                       "\"\"", "\"ID\":1,", "\\", "0.5", "\"$State\":1,", "::/0", "/129", "255.255.255.255"};
  size_t length = strlen(text);
  if (length == 0) return;
  size_t place = next((uint32_t)length);
  const char *piece = PIECES[next(sizeof PIECES / sizeof *PIECES)];
  size_t span = 1 + next(12);
  if (span > length - place) span = length - place;
  switch (next(4)) {
    case 0:
      text[place] = (char)(1 + next(126));
      break;
    case 1:
      memmove(text + place, text + place + span, length - place - span + 1);
      break;
    case 2:
      if (length + span >= MOST_TEXT) return;
      memmove(text + place + span, text + place, length - place + 1);
      break;
    default:
      if (length + strlen(piece) >= MOST_TEXT) return;
      memmove(text + place + strlen(piece), text + place, length - place + 1);
      memcpy(text + place, piece, strlen(piece));
  }
}

static void offer(const char *document, const char *network, const char *endpoint) {
  static const Kind *const KINDS[] = {&NETWORK, &NAMESPACE, &LOADBALANCER, &SDNROUTE, &SERVICE};
  switch (next(4)) {
    case 0:
      create(KINDS[next(5)], NULL, document);
      break;
    case 1:
      create(&ENDPOINT, network, document);
      break;
    case 2:
      modify(next(2) == 0 ? &ENDPOINT : &NETWORK, next(2) == 0 ? endpoint : network, document);
      break;
    default:
      jsonFree(enumerate(KINDS[next(5)], document));
  }
}

static long blocksAfterReset(void) {
  emulatorReset();
  Json *counted = counters();
  long blocks = (long)jsonNumberOf(counted, "Blocks");
  jsonFree(counted);
  return blocks;
}

static void hostileDocuments(void) {
  char text[MOST_TEXT + 1], network[GUID_TEXT], endpoint[GUID_TEXT], said[80];
  long before = blocksAfterReset();
  for (int i = 0; i < DOCUMENTS; i++) {
    if (i % 500 == 0) {
      emulatorReset();
      strcpy(network, givenNetwork());
      strcpy(endpoint, givenEndpoint(network));
    }
    strcpy(text, SEEDS[next(sizeof SEEDS / sizeof *SEEDS)]);
    for (uint32_t changes = next(6); changes > 0; changes--) mutate(text);
    offer(text, network, endpoint);
    if (i % (DOCUMENTS / STEPS) == 0) {
      snprintf(said, sizeof said, "%d documents", i);
      sayProgress(said);
    }
  }
  // Names of functions that were called for the first time, and no more.
  CHECK(blocksAfterReset() - before < 200);
  CHECK(openHandles() == 0);
  CHECK(liveStrings() == 0);
}

const Test FUZZ_TESTS[] = {{"100,000 mutated documents: no crash, no leak", hostileDocuments}, {0}};
