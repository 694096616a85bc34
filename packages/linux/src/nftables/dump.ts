import { request } from "../netlink/message.ts";
import { NetlinkError } from "../netlink/netlink-error.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { NFT_MSG_GETCHAIN, NFT_MSG_GETRULE, NFT_MSG_GETSET, NFT_MSG_GETSETELEM, VERDICTS } from "./constants.ts";
import { verdictText } from "./data.ts";
import { decodeFields } from "./fields.ts";
import { chainMessage, elementsMessage, foreignChainMessage, ruleMessage, setMessage } from "./messages.ts";
import type { NftElementSpec, NftSetSpec } from "./spec.ts";
import { readComment } from "./userdata.ts";

export interface FoundChain {
  readonly table: string;
  readonly name: string;
  readonly type?: string;
  readonly hook?: number;
  readonly priority?: number;
  readonly policy?: "accept" | "drop";
}

export interface FoundRule {
  readonly chain: string;
  readonly comment: string;
  /** Names of its expressions, in order. */
  readonly expressions: readonly string[];
}

export interface FoundSet {
  readonly name: string;
  readonly flags: number;
  readonly keyType: number;
  readonly keyLength: number;
  readonly dataType: number;
}

/** Base and other chains of one inet table; none when there is no such table. */
export async function dumpChains(socket: NetlinkSocket, table: string): Promise<readonly FoundChain[]> {
  const found = await socket.dump(request(NFT_MSG_GETCHAIN, 0, chainMessage, {}, "list chains"), chainMessage);
  return found.filter((chain) => chain.NFTA_CHAIN_TABLE === table).map(chainOf);
}

/** Chains of every family and table, with the family's NFPROTO_ number. */
export async function dumpForeignChains(
  socket: NetlinkSocket,
): Promise<readonly (FoundChain & { readonly family: number })[]> {
  const everything = request(NFT_MSG_GETCHAIN, 0, foreignChainMessage, { family: 0 }, "list chains");
  const found = await socket.dump(everything, foreignChainMessage);
  return found.map((chain) => ({ ...chainOf(chain), family: chain.family }));
}

/** The rules of one inet table, chain by chain, in order. */
export async function dumpRules(socket: NetlinkSocket, table: string): Promise<readonly FoundRule[]> {
  const asked = request(NFT_MSG_GETRULE, 0, ruleMessage, { NFTA_RULE_TABLE: table }, `list rules of table ${table}`);
  const found = await orNone(socket.dump(asked, ruleMessage));
  return found.map((rule) => ({
    chain: rule.NFTA_RULE_CHAIN ?? "",
    comment: readComment(rule.NFTA_RULE_USERDATA),
    expressions: (rule.NFTA_RULE_EXPRESSIONS ?? []).map(({ name }) => name),
  }));
}

export async function dumpSets(socket: NetlinkSocket, table: string): Promise<readonly FoundSet[]> {
  const asked = request(NFT_MSG_GETSET, 0, setMessage, { NFTA_SET_TABLE: table }, `list sets of table ${table}`);
  const found = await orNone(socket.dump(asked, setMessage));
  return found.map((set) => ({
    name: set.NFTA_SET_NAME ?? "",
    flags: set.NFTA_SET_FLAGS ?? 0,
    keyType: set.NFTA_SET_KEY_TYPE ?? 0,
    keyLength: set.NFTA_SET_KEY_LEN ?? 0,
    dataType: set.NFTA_SET_DATA_TYPE ?? 0,
  }));
}

/** The elements of one set, in no particular order; none when there is no such set. */
export async function dumpElements(
  socket: NetlinkSocket,
  table: string,
  set: NftSetSpec,
): Promise<readonly NftElementSpec[]> {
  const values = { NFTA_SET_ELEM_LIST_TABLE: table, NFTA_SET_ELEM_LIST_SET: set.name };
  const asked = request(NFT_MSG_GETSETELEM, 0, elementsMessage, values, `list elements of ${set.name}`);
  const messages = await orNone(socket.dump(asked, elementsMessage));
  return messages
    .flatMap((message) => message.NFTA_SET_ELEM_LIST_ELEMENTS ?? [])
    .map((element) => ({
      set: set.name,
      key: decodeFields(set.key, element.NFTA_SET_ELEM_KEY?.NFTA_DATA_VALUE ?? new Uint8Array()),
      ...dataOf(set, element.NFTA_SET_ELEM_DATA ?? {}),
      comment: readComment(element.NFTA_SET_ELEM_USERDATA),
    }));
}

function dataOf(set: NftSetSpec, data: Parameters<typeof verdictText>[0]): { readonly data?: readonly string[] } {
  if (set.data === undefined) return {};
  if (set.data === "verdict") return { data: [verdictText(data) ?? ""] };
  return { data: decodeFields(set.data, data.NFTA_DATA_VALUE ?? new Uint8Array()) };
}

function chainOf(chain: {
  readonly NFTA_CHAIN_TABLE?: string | undefined;
  readonly NFTA_CHAIN_NAME?: string | undefined;
  readonly NFTA_CHAIN_TYPE?: string | undefined;
  readonly NFTA_CHAIN_HOOK?:
    | { readonly NFTA_HOOK_HOOKNUM?: number | undefined; readonly NFTA_HOOK_PRIORITY?: number | undefined }
    | undefined;
  readonly NFTA_CHAIN_POLICY?: number | undefined;
}): FoundChain {
  const hook = chain.NFTA_CHAIN_HOOK;
  return {
    table: chain.NFTA_CHAIN_TABLE ?? "",
    name: chain.NFTA_CHAIN_NAME ?? "",
    ...(chain.NFTA_CHAIN_TYPE === undefined ? {} : { type: chain.NFTA_CHAIN_TYPE }),
    ...(hook?.NFTA_HOOK_HOOKNUM === undefined ? {} : { hook: hook.NFTA_HOOK_HOOKNUM }),
    ...(hook?.NFTA_HOOK_PRIORITY === undefined ? {} : { priority: hook.NFTA_HOOK_PRIORITY | 0 }),
    ...(chain.NFTA_CHAIN_POLICY === undefined
      ? {}
      : { policy: chain.NFTA_CHAIN_POLICY === VERDICTS.drop ? ("drop" as const) : ("accept" as const) }),
  };
}

/** A table or set that is not there has nothing in it. */
async function orNone<T>(found: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof NetlinkError && error.code === "ENOENT") return [];
    throw error;
  }
}
