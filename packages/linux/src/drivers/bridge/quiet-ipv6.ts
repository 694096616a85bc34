/** Three weeks, in milliseconds. The kernel chooses the moment by chance, anywhere up to it: it is not to be in the first seconds. */
const SELDOM = "2000000000";

/**
 * What the kernel says of a new interface goes to every port of the bridge, and so costs each join more the more endpoints there
 * are. On a bridge of our own making, some of it has nobody to tell: a bridge that users chose may have routers and
 * switches behind it, and there interfaces are as the kernel makes them.
 */
export const quietIpv6 = (link: string): readonly (readonly [name: string, value: string])[] => [
  // Addresses are unique, the link-local one by its MAC address: nobody has to be asked, and it is there at once.
  [`net/ipv6/conf/${link}/accept_dad`, "0"],
  // The gateway is given, and no router answers, so the kernel would ask for ever. Advertisements are still heeded.
  [`net/ipv6/conf/${link}/router_solicitations`, "0"],
  // Groups are reported at once all the same. They are reported again for links that lose packets, which a veth is none of.
  [`net/ipv6/conf/${link}/mldv1_unsolicited_report_interval`, SELDOM],
  [`net/ipv6/conf/${link}/mldv2_unsolicited_report_interval`, SELDOM],
  // The kernel's own choice. A quiet link has another for its first two seconds.
  [mldVersion(link), "0"],
];

export const mldVersion = (link: string): string => `net/ipv6/conf/${link}/force_mld_version`;
