import type { Protocol } from "@cnm/core";

export const isProtocol = (text: string): text is Protocol => text === "tcp" || text === "udp" || text === "sctp";
