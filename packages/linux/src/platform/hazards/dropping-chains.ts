import { readFileSync, realpathSync } from "node:fs";
import { AF_INET, AF_INET6 } from "../../netlink/constants.ts";
import { HOOKS, NFPROTO_INET } from "../../nftables/constants.ts";
import { dumpForeignChains } from "../../nftables/dump.ts";
import type { HazardParts } from "./hazard.ts";

/** A chain of somebody else's that drops what it does not know of the forwarded packets. */
export interface DroppingChain {
  readonly family: "ip" | "ip6" | "inet";
  readonly table: string;
  readonly name: string;
  /** Of the old iptables, beside nf_tables. */
  readonly legacy: boolean;
}

const OUR_TABLE = "cnm";

/** Our own accept does not outweigh a drop in another table; it does in the very chain that has our rules. */
export async function droppingChains(parts: HazardParts): Promise<readonly DroppingChain[]> {
  const chains = [...(await nftablesChains(parts)), ...(await legacyChains(parts))];
  if (parts.firewall !== "iptables") return chains;
  const isLegacy = isLegacyProgram(parts, "iptables-save");
  return chains.filter(({ table, name, legacy }) => !(legacy === isLegacy && table === "filter" && name === "FORWARD"));
}

/** The other families' hooks have the same numbers, and mean other things. */
const FAMILIES: ReadonlyMap<number, DroppingChain["family"]> = new Map([
  [NFPROTO_INET, "inet"],
  [AF_INET, "ip"],
  [AF_INET6, "ip6"],
]);

async function nftablesChains({ openNetfilter }: HazardParts): Promise<readonly DroppingChain[]> {
  const socket = openNetfilter();
  try {
    const chains = await dumpForeignChains(socket);
    return chains.flatMap(({ family: number, hook, policy, table, name }) => {
      const family = FAMILIES.get(number);
      const drops = hook === HOOKS.forward && policy === "drop" && table !== OUR_TABLE;
      return family === undefined || !drops ? [] : [{ family, table, name, legacy: false }];
    });
  } finally {
    await socket.close();
  }
}

const LEGACY = [
  { family: "ip", names: "ip_tables_names", program: "iptables" },
  { family: "ip6", names: "ip6_tables_names", program: "ip6tables" },
] as const;

async function legacyChains(parts: HazardParts): Promise<readonly DroppingChain[]> {
  const found: DroppingChain[] = [];
  for (const { family, names, program } of LEGACY) {
    // Asking the program makes the table where there is none: so it is asked only where there is one.
    if (!parts.host.enter(() => readLines(`/proc/thread-self/net/${names}`)).includes("filter")) continue;
    const path = parts.find(`${program}-legacy-save`) ?? legacyPath(parts, `${program}-save`);
    if (path === undefined) continue;
    const { status, stdout } = await parts.run(path, ["-t", "filter"]);
    if (status === 0 && /^:FORWARD DROP\b/m.test(stdout)) {
      found.push({ family, table: "filter", name: "FORWARD", legacy: true });
    }
  }
  return found;
}

const legacyPath = (parts: HazardParts, program: string): string | undefined =>
  isLegacyProgram(parts, program) ? parts.find(program) : undefined;

/** Both variants go by one name; the program behind it tells. */
function isLegacyProgram({ find }: HazardParts, program: string): boolean {
  const path = find(program);
  return path !== undefined && !realpathSync(path).includes("nft");
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    // This kernel has no legacy iptables.
    return [];
  }
}
