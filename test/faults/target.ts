/** Where everybody's servers listen. */
export const TARGET = { tcp: 80, udp: 123 } as const;
