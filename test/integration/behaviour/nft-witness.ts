import type { WitnessedPort } from "@cnm/core/testing";
import type { Namespace } from "@cnm/linux";
import { run } from "../../support/host.ts";

/** Where `nft -j` sees a virtual port lead to: from the map by way of the chain to the slots that its rule chooses from. */
export function nftWitness(namespace: Namespace, wanted: WitnessedPort): Readonly<Record<string, number>> | undefined {
  if (!run("nft", ["list", "tables"], namespace).includes("cnm-services")) return undefined;
  const text = run("nft", ["-j", "list", "table", "inet", "cnm-services"], namespace);
  const { nftables } = JSON.parse(text) as { readonly nftables: readonly Listed[] };
  const family = wanted.address.includes(":") ? 6 : 4;
  const key = [wanted.address, wanted.protocol, wanted.port];
  const elements = (name: string) => nftables.flatMap(({ map }) => (map?.name === name ? (map.elem ?? []) : []));

  const entry = elements(`services${family}`).find(([from]) => String(concatenated(from)) === String(key));
  const refused = nftables.flatMap(({ set }) => (set?.name === `refused${family}` ? (set.elem ?? []) : []));
  if (entry === undefined) return refused.some((from) => String(concatenated(from)) === String(key)) ? {} : undefined;

  const chain = (entry[1] as Jump).jump.target;
  const slots = nftables.flatMap(({ rule }) => (rule?.chain === chain ? [modulus(JSON.stringify(rule))] : []));
  const shares: Record<string, number> = {};
  for (let slot = 0; slot < (slots[0] ?? 0); slot++) {
    const found = elements(`tasks${family}`).find(([from]) => String(concatenated(from)) === String([...key, slot]));
    const task = found === undefined ? `slot ${slot}, which leads nowhere` : concatenated(found[1]).join(" ");
    shares[task] = (shares[task] ?? 0) + 1;
  }
  return shares;
}

interface Listed {
  readonly map?: { readonly name: string; readonly elem?: readonly (readonly [from: unknown, to: unknown])[] };
  readonly set?: { readonly name: string; readonly elem?: readonly unknown[] };
  readonly rule?: { readonly chain: string };
}

interface Jump {
  readonly jump: { readonly target: string };
}

/** With a comment, an element is wrapped once more. */
function concatenated(element: unknown): readonly (string | number)[] {
  const { concat, elem } = element as {
    readonly concat?: readonly (string | number)[];
    readonly elem?: { readonly val: unknown };
  };
  return concat ?? (elem === undefined ? [] : concatenated(elem.val));
}

const modulus = (rule: string): number => Number(/"mode":"inc","mod":(\d+)/.exec(rule)?.[1]);
