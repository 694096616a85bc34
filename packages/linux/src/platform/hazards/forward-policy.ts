import type { Finding } from "@cnm/core";
import { readSysctl } from "../../netns/sysctl.ts";
import { type DroppingChain, droppingChains } from "./dropping-chains.ts";
import { type HazardParts, hazard } from "./hazard.ts";

/** Chains that drop our forwarded traffic; and, where bridged packets pass them too, also that within a network. */
export async function forwardPolicy(parts: HazardParts): Promise<readonly Finding[]> {
  const chains = await droppingChains(parts);
  return [...chains.map(dropped), ...chains.flatMap((chain) => bridgedFindings(parts, chain))];
}

const dropped = (chain: DroppingChain): Finding =>
  hazard({
    object: "forward-policy-drop",
    key: keyOf(chain),
    message: `${wordsFor(chain)} drops whatever it does not know, and so the traffic of our networks`,
    cause: "another program set this policy (Docker, firewalld, ufw): allow forwarding to and from our bridges there",
  });

function bridgedFindings({ host }: HazardParts, chain: DroppingChain): readonly Finding[] {
  const settings = { ip: ["iptables"], ip6: ["ip6tables"], inet: ["iptables", "ip6tables"] }[chain.family];
  return settings
    .map((name) => `net/bridge/bridge-nf-call-${name}`)
    .filter((setting) => readSysctl(host, setting) === "1")
    .map((setting) =>
      hazard({
        object: "bridged-traffic-filtered",
        key: `${setting} ${keyOf(chain)}`,
        message: `${setting} is on, so ${wordsFor(chain)} drops even what sandboxes of one network send each other`,
        cause: `br_netfilter shows bridged packets to the firewall: set ${setting.replaceAll("/", ".")} to 0, or allow our bridges in that chain`,
      }),
    );
}

const keyOf = ({ family, table, name, legacy }: DroppingChain): string =>
  `${legacy ? "legacy " : ""}${family} ${table} ${name}`;

const wordsFor = ({ family, table, name, legacy }: DroppingChain): string =>
  `chain ${name} of ${legacy ? "legacy iptables " : ""}table ${family} ${table}`;
