/** RFC 1035, 4.1.1 and 4.2.2: a header's length, and the longest message. */
export const DNS_HEADER = 12;
export const DNS_MESSAGE = 0xffff;
