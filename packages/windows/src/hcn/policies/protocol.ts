import * as v from "valibot";

const BY_NAME: Readonly<Record<string, number>> = { icmpv4: 1, igmp: 2, tcp: 6, udp: 17, icmpv6: 58 };

/** HNS takes "TCP" as well as 6. Here it is always the number. */
export const protocol = v.pipe(
  v.union([v.number(), v.string()], "has to be a protocol number, TCP or UDP"),
  v.transform((given) => (typeof given === "number" ? given : (BY_NAME[given.toLowerCase()] ?? Number(given)))),
  v.integer("has to be a protocol number, TCP or UDP"),
);
