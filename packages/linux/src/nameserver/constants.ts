/** linux/in.h, linux/in6.h, sys/socket.h */
export const IPPROTO_IP = 0;
export const IP_FREEBIND = 15;
export const IPV6_FREEBIND = 78;
export const MSG_TRUNC = 0x20;
export const MSG_DONTWAIT = 0x40;
