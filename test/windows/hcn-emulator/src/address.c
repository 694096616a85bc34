#include "address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mstcpip.h>

static bool sameBits(const Address *a, const Address *b, unsigned bits);
static Address fill(const Prefix *prefix, bool withOnes);

bool addressParse(const char *text, Address *address) {
  *address = (Address){.family = 4};
  if (text == NULL) return false;
  USHORT port = 0;
  ULONG scope = 0;
  if (RtlIpv4StringToAddressExA(text, TRUE, (IN_ADDR *)address->bytes, &port) == 0 && port == 0) return true;
  address->family = 6;
  return RtlIpv6StringToAddressExA(text, (IN6_ADDR *)address->bytes, &scope, &port) == 0 && port == 0 && scope == 0 &&
         text[0] != '[';
}

void addressFormat(const Address *address, char text[ADDRESS_TEXT]) {
  const unsigned char *bytes = address->bytes;
  if (address->family == 6) RtlIpv6AddressToStringA((const IN6_ADDR *)bytes, text);
  else snprintf(text, ADDRESS_TEXT, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
}

bool addressEqual(const Address *a, const Address *b) {
  return a->family == b->family && sameBits(a, b, addressBits(a));
}

Address addressPlus(Address address, uint64_t steps) {
  for (int i = (int)addressBits(&address) / 8 - 1; i >= 0 && steps > 0; i--) {
    steps += address.bytes[i];
    address.bytes[i] = (unsigned char)steps;
    steps >>= 8;
  }
  return address;
}

unsigned addressBits(const Address *address) {
  return address->family == 6 ? 128 : 32;
}

bool prefixParse(const char *text, Prefix *prefix) {
  const char *slash = text == NULL ? NULL : strchr(text, '/');
  char address[ADDRESS_TEXT];
  if (slash == NULL || (size_t)(slash - text) >= sizeof address) return false;
  memcpy(address, text, (size_t)(slash - text));
  address[slash - text] = '\0';
  size_t digits = strspn(slash + 1, "0123456789");
  if (digits == 0 || digits > 3 || slash[1 + digits] != '\0' || !addressParse(address, &prefix->address)) return false;
  prefix->length = (unsigned)strtoul(slash + 1, NULL, 10);
  return prefix->length <= addressBits(&prefix->address);
}

void prefixFormat(const Prefix *prefix, char text[ADDRESS_TEXT]) {
  addressFormat(&prefix->address, text);
  size_t length = strlen(text);
  snprintf(text + length, ADDRESS_TEXT - length, "/%u", prefix->length);
}

bool prefixHas(const Prefix *prefix, const Address *address) {
  return prefix->address.family == address->family && sameBits(&prefix->address, address, prefix->length);
}

bool prefixOverlaps(const Prefix *a, const Prefix *b) {
  return a->length < b->length ? prefixHas(a, &b->address) : prefixHas(b, &a->address);
}

Address prefixFirst(const Prefix *prefix) {
  return fill(prefix, false);
}

Address prefixLast(const Prefix *prefix) {
  return fill(prefix, true);
}

static Address fill(const Prefix *prefix, bool withOnes) {
  Address address = prefix->address;
  for (unsigned bit = prefix->length; bit < addressBits(&address); bit++) {
    unsigned char mask = (unsigned char)(0x80 >> bit % 8);
    if (withOnes) address.bytes[bit / 8] |= mask;
    else address.bytes[bit / 8] &= (unsigned char)~mask;
  }
  return address;
}

static bool sameBits(const Address *a, const Address *b, unsigned bits) {
  if (memcmp(a->bytes, b->bytes, bits / 8) != 0) return false;
  unsigned char mask = (unsigned char)(0xff00 >> bits % 8);
  return bits % 8 == 0 || ((a->bytes[bits / 8] ^ b->bytes[bits / 8]) & mask) == 0;
}

bool macParse(const char *text, uint64_t *mac) {
  if (text == NULL || strlen(text) != MAC_TEXT - 1) return false;
  *mac = 0;
  for (int i = 0; i < MAC_TEXT - 1; i++) {
    bool isBetween = i % 3 == 2;
    const char *digits = "0123456789abcdef";
    const char *digit = strchr(digits, text[i] | 0x20);
    if (isBetween ? text[i] != '-' && text[i] != ':' : digit == NULL) return false;
    if (!isBetween) *mac = *mac << 4 | (uint64_t)(digit - digits);
  }
  return true;
}

void macFormat(uint64_t mac, char text[MAC_TEXT]) {
  snprintf(text, MAC_TEXT, "%02X-%02X-%02X-%02X-%02X-%02X", (unsigned)(mac >> 40) & 0xff, (unsigned)(mac >> 32) & 0xff,
           (unsigned)(mac >> 24) & 0xff, (unsigned)(mac >> 16) & 0xff, (unsigned)(mac >> 8) & 0xff, (unsigned)mac & 0xff);
}
