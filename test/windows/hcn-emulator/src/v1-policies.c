#include "v1-policies.h"

#include <stdio.h>

#include "hresults.h"
#include "text.h"
#include "v1-fields.h"

/** A field, or the whole of a policy, in v1's words and in v2's. A table ends with NULL. */
typedef struct Word {
  const char *v1;
  const char *v2;
} Word;

typedef struct PolicyWords {
  Word type;
  const Word *fields;
} PolicyWords;

static const Word NAT_WORDS[] = {{"InternalPort", "InternalPort"}, {"ExternalPort", "ExternalPort"}, {"Protocol", "Protocol"},
                           {"VIP", "VIP"}, {NULL, NULL}};
static const Word ACL_WORDS[] = {{"Id", "Id"},
                           {"Protocols", "Protocols"},
                           {"Action", "Action"},
                           {"Direction", "Direction"},
                           {"LocalAddresses", "LocalAddresses"},
                           {"RemoteAddresses", "RemoteAddresses"},
                           {"LocalPorts", "LocalPorts"},
                           {"RemotePorts", "RemotePorts"},
                           {"RuleType", "RuleType"},
                           {"Priority", "Priority"},
                           {NULL, NULL}};
static const Word PA_WORDS[] = {{"PA", "ProviderAddress"}, {NULL, NULL}};
static const Word VLAN_WORDS[] = {{"VLAN", "IsolationId"}, {NULL, NULL}};
static const Word QOS_WORDS[] = {{"MaximumOutgoingBandwidthInBytes", "MaximumOutgoingBandwidthInBytes"}, {NULL, NULL}};
static const Word OUTBOUND_NAT_WORDS[] = {{"VIP", "VirtualIP"}, {"ExceptionList", "Exceptions"}, {"Exceptions", "Exceptions"},
                                    {"Destinations", "Destinations"}, {NULL, NULL}};
static const Word ROUTE_WORDS[] = {{"DestinationPrefix", "DestinationPrefix"}, {"NextHop", "NextHop"}, {"NeedEncap", "NeedEncap"},
                             {"EncapEnabled", "NeedEncap"}, {NULL, NULL}};
static const Word PROXY_WORDS[] = {{"IP", "IP"}, {"Port", "Port"}, {"Protocol", "Protocol"}, {"ExceptionList", "ExceptionList"},
                             {"Destination", "Destination"}, {"OutboundNat", "OutboundNat"}, {NULL, NULL}};
static const Word NONE_WORDS[] = {{NULL, NULL}};

static const PolicyWords POLICIES[] = {{{"NAT", "PortMapping"}, NAT_WORDS},
                                       {{"ACL", "ACL"}, ACL_WORDS},
                                       {{"PA", "ProviderAddress"}, PA_WORDS},
                                       {{"VLAN", "VLAN"}, VLAN_WORDS},
                                       {{"QOS", "QOS"}, QOS_WORDS},
                                       {{"OutBoundNAT", "OutBoundNAT"}, OUTBOUND_NAT_WORDS},
                                       {{"ROUTE", "SDNRoute"}, ROUTE_WORDS},
                                       {{"PROXY", "L4Proxy"}, PROXY_WORDS},
                                       {{"L2Driver", "L2Driver"}, NONE_WORDS}};

enum { KNOWN = sizeof POLICIES / sizeof *POLICIES, ANY_PROTOCOL = 256, PORT_RESERVED = 4 };

static Json *readSettings(const PolicyWords *words, const Json *policy);
static void readAcl(Json *settings, const Json *policy);

bool v1PoliciesRead(Call *call, Json *endpoint, const Json *policies) {
  JSON_EACH(policy, policies) {
    const PolicyWords *words = POLICIES;
    while (words < POLICIES + KNOWN && !sameText(words->type.v1, jsonTextOf(policy, "Type"))) words++;
    if (words == POLICIES + KNOWN) return fail(call, HCN_E_INVALID_POLICY_TYPE, NULL);
    policyAdd(endpoint, words->type.v2, readSettings(words, policy));
  }
  return true;
}

static Json *readSettings(const PolicyWords *words, const Json *policy) {
  Json *settings = jsonObject();
  for (const Word *word = words->fields; word->v1 != NULL; word++) fieldCopy(settings, word->v2, policy, word->v1);
  if (words->fields == NAT_WORDS && jsonIsTrue(policy, "ExternalPortReserved")) jsonSetNumber(settings, "Flags", PORT_RESERVED);
  if (words->fields == ACL_WORDS) readAcl(settings, policy);
  return settings;
}

/** v1 has one protocol and one port; 256 is any protocol. */
static void readAcl(Json *settings, const Json *policy) {
  static const char *const PORTS[][2] = {{"LocalPort", "LocalPorts"}, {"RemotePort", "RemotePorts"}};
  char text[24];
  uint64_t number;
  if (jsonUnsigned(jsonGet(policy, "Protocol"), &number) && number != ANY_PROTOCOL) {
    snprintf(text, sizeof text, "%u", (unsigned)number);
    jsonSetText(settings, "Protocols", text);
  }
  for (int i = 0; i < 2; i++) {
    if (!jsonUnsigned(jsonGet(policy, PORTS[i][0]), &number) || number == 0) continue;
    snprintf(text, sizeof text, "%u", (unsigned)number);
    jsonSetText(settings, PORTS[i][1], text);
  }
}

Json *v1PoliciesWrite(const Json *endpoint) {
  Json *written = jsonArray();
  JSON_EACH(policy, jsonGet(endpoint, "Policies")) {
    const Json *settings = jsonGet(policy, "Settings");
    Json *flat = jsonObject();
    fieldCopy(flat, "Type", policy, "Type");
    for (const PolicyWords *words = POLICIES; words < POLICIES + KNOWN; words++) {
      if (!sameText(words->type.v2, jsonTextOf(policy, "Type"))) continue;
      jsonSetText(flat, "Type", words->type.v1);
      for (const Word *word = words->fields; word->v1 != NULL; word++) fieldCopy(flat, word->v1, settings, word->v2);
    }
    if ((jsonNumberOf(settings, "Flags") & PORT_RESERVED) != 0) jsonSet(flat, "ExternalPortReserved", jsonBoolean(true));
    jsonAppend(written, flat);
  }
  return written;
}
