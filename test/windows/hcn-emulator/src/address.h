#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { ADDRESS_TEXT = 48, MAC_TEXT = 18 };

typedef struct Address {
  /** 4 or 6. */
  int family;
  /** An IPv4 address fills the first four. */
  unsigned char bytes[16];
} Address;

typedef struct Prefix {
  Address address;
  unsigned length;
} Prefix;

bool addressParse(const char *text, Address *address);
void addressFormat(const Address *address, char text[ADDRESS_TEXT]);
bool addressEqual(const Address *a, const Address *b);
/** The address that is `steps` behind. */
Address addressPlus(Address address, uint64_t steps);
unsigned addressBits(const Address *address);

bool prefixParse(const char *text, Prefix *prefix);
void prefixFormat(const Prefix *prefix, char text[ADDRESS_TEXT]);
bool prefixHas(const Prefix *prefix, const Address *address);
bool prefixOverlaps(const Prefix *a, const Prefix *b);
/** The address with no bit set behind the prefix, and the one with all. */
Address prefixFirst(const Prefix *prefix);
Address prefixLast(const Prefix *prefix);

/** `00-15-5D-01-02-03`, or with colons. */
bool macParse(const char *text, uint64_t *mac);
void macFormat(uint64_t mac, char text[MAC_TEXT]);
