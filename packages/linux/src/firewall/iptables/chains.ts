import { type ChainSpec, type ChainsSpec, type RuleWords, type TableSpec, USER_CHAIN } from "../../iptables/spec.ts";
import type { SkeletonOptions } from "../nftables/skeleton.ts";

/**
 * The chains of one family: the twin of `table inet cnm`. Where that has a set, this has a chain whose rules are the set's
 * elements; each such chain says one thing only, so the order of its rules is of no account. The order in which they are
 * asked is fixed, in the chains that jump to them.
 */
export const cnmChains = (family: 4 | 6, options: SkeletonOptions = {}): ChainsSpec => ({
  family,
  tables: [filter(options), nat(family), mangle(family)],
});

const words = (text: string): RuleWords => text.split(" ");
const chain = (name: string, ...rules: readonly string[]): ChainSpec => ({ name, rules: rules.map(words) });

const ESTABLISHED = "-m conntrack --ctstate RELATED,ESTABLISHED";
const TRANSLATED = "-m conntrack --ctstate DNAT";
const LOCAL_DESTINATION = "-m addrtype --dst-type LOCAL";

/** Only what comes from or goes to a bridge of ours is judged here. */
const filter = ({ acceptMark }: SkeletonOptions): TableSpec => ({
  name: "filter",
  chains: [
    chain(USER_CHAIN),
    chain("CNM-FORWARD", "-j CNM-PAIRS", "-j CNM-INTERNAL", "-j CNM-BRIDGES", "-j CNM-OUT"),
    // Each bridge with itself: what goes in and out by the same bridge.
    chain("CNM-PAIRS"),
    chain("CNM-WITHIN", `${TRANSLATED} -j ACCEPT`, "-j CNM-ICC-OFF", "-j ACCEPT"),
    chain("CNM-ICC-OFF"),
    chain("CNM-INTERNAL"),
    chain("CNM-BRIDGES"),
    chain("CNM-OUT"),
    chain(
      "CNM-INTO",
      `${ESTABLISHED} -j ACCEPT`,
      ...(acceptMark === undefined ? [] : [`-m mark --mark ${markText(acceptMark)} -j ACCEPT`]),
      "-j CNM-OPEN",
      "-j CNM-ROUTED",
      "-j CNM-UNPROTECTED",
      "-j DROP",
    ),
    // Ports of sandboxes that may be reached from outside their bridge.
    chain("CNM-OPEN"),
    chain("CNM-ROUTED"),
    chain("CNM-UNPROTECTED"),
  ],
  jumps: [{ from: "FORWARD", at: "head", rules: [words(`-j ${USER_CHAIN}`), words("-j CNM-FORWARD")] }],
});

const ALL_BITS = 0xffff_ffff;

function markText({ value, mask }: { readonly value: number; readonly mask: number }): string {
  const hex = (number: number): string => `0x${(number >>> 0).toString(16)}`;
  return mask >>> 0 === ALL_BITS ? hex(value) : `${hex(value)}/${hex(mask)}`;
}

const nat = (family: 4 | 6): TableSpec => ({
  name: "nat",
  chains: [
    chain(
      "CNM-PUBLISHED",
      // IPv6 link-local clients could not be answered; and the kernel never leads ::1 elsewhere: a process does.
      ...(family === 6 ? ["-s fe80::/10 -j RETURN", "-d ::1/128 -j RETURN"] : []),
      "-j CNM-PUBLISHED-HERE",
      "-j CNM-PUBLISHED-ANY",
    ),
    // Published ports on one host address, and on any.
    chain("CNM-PUBLISHED-HERE"),
    chain("CNM-PUBLISHED-ANY"),
    chain(
      "CNM-POSTROUTING",
      "-j CNM-NAT-PAIRS",
      // This host's loopback address is nothing that a sandbox could answer.
      ...(family === 4 ? ["-s 127.0.0.0/8 -j CNM-NAT-LOOPBACK"] : []),
      // What the host itself sends from a bridge's address is not the sandboxes'.
      "-m addrtype --src-type LOCAL -j RETURN",
      "-j CNM-SNAT",
      "-j CNM-MASQUERADE",
    ),
    chain("CNM-NAT-PAIRS"),
    // Hairpin: answers have to come back through this host. Otherwise addresses stay within a bridge.
    chain("CNM-NAT-WITHIN", `${TRANSLATED} -j MASQUERADE`, "-j ACCEPT"),
    ...(family === 4 ? [chain("CNM-NAT-LOOPBACK")] : []),
    chain("CNM-SNAT"),
    chain("CNM-MASQUERADE"),
  ],
  jumps: [
    { from: "PREROUTING", at: "tail", rules: [words(`${LOCAL_DESTINATION} -j CNM-PUBLISHED`)] },
    { from: "OUTPUT", at: "tail", rules: [words(`${LOCAL_DESTINATION} -j CNM-PUBLISHED`)] },
    { from: "POSTROUTING", at: "tail", rules: [words("-j CNM-POSTROUTING")] },
  ],
});

/**
 * Before addresses are translated: nobody routes to a sandbox directly, and ports published on a loopback address are not
 * reached from outside. After connection tracking, because answers have to pass: so in mangle, where raw would be before.
 */
const mangle = (family: 4 | 6): TableSpec => ({
  name: "mangle",
  chains: [
    chain(
      "CNM-GUARD",
      `${ESTABLISHED} -j RETURN`,
      ...(family === 4 ? ["-d 127.0.0.0/8 ! -i lo -j CNM-LOOPBACK"] : []),
      "-j CNM-DIRECT",
    ),
    ...(family === 4 ? [chain("CNM-LOOPBACK")] : []),
    // By which interfaces one may route to a sandbox; these come before the end of the chain, and so before the protection.
    chain("CNM-DIRECT", "-j CNM-PROTECTED"),
    chain("CNM-PROTECTED"),
  ],
  jumps: [{ from: "PREROUTING", at: "head", rules: [words("-j CNM-GUARD")] }],
});
