import { NLM_F_APPEND, NLM_F_CREATE } from "../netlink/constants.ts";
import { type Request, request } from "../netlink/message.ts";
import type { NetlinkError } from "../netlink/netlink-error.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import {
  HOOKS,
  NFNL_MSG_BATCH_BEGIN,
  NFNL_MSG_BATCH_END,
  NFNL_SUBSYS_NFTABLES,
  NFT_DATA_VERDICT,
  NFT_MSG_DELCHAIN,
  NFT_MSG_DELRULE,
  NFT_MSG_DELTABLE,
  NFT_MSG_NEWCHAIN,
  NFT_MSG_NEWRULE,
  NFT_MSG_NEWSET,
  NFT_MSG_NEWTABLE,
  NFT_SET_MAP,
  VERDICTS,
} from "./constants.ts";
import { ElementRequest, type PreparedSets, prepareSets } from "./element-request.ts";
import { fieldsDatatype, fieldsLength, isHostOrder } from "./fields.ts";
import { batchMessage, chainMessage, ruleMessage, setMessage, tableMessage } from "./messages.ts";
import type { NftChainSpec, NftElementSpec, NftRuleSpec, NftSetSpec, NftTableSpec } from "./spec.ts";
import { commentData, hostOrderData } from "./userdata.ts";

const ATTEMPTS = 10;
/** The ruleset changed under the transaction, or the kernel wants it once more. */
const RETRIED: readonly string[] = ["ERESTART", "EAGAIN", "EINTR", "EBUSY"];
/** A netlink attribute holds at most 64 KiB: elements go in messages of so many. */
const ELEMENTS_A_MESSAGE = 256;

const bracket = (type: number, what: string): Request => ({
  ...request(type, 0, batchMessage(NFNL_SUBSYS_NFTABLES), undefined, what),
  silent: true,
});
const BATCH_BEGIN: Request = { ...bracket(NFNL_MSG_BATCH_BEGIN, "begin nf_tables transaction"), whole: true };
const BATCH_END = bracket(NFNL_MSG_BATCH_END, "end nf_tables transaction");

/** Changes of one table that happen together or not at all. */
export class NftTransaction {
  readonly #table: NftTableSpec;
  readonly #sets: PreparedSets;
  readonly #requests: Request[] = [];

  /** `sets`: the table's, prepared once for many transactions. */
  constructor(table: NftTableSpec, sets: PreparedSets = prepareSets(table)) {
    this.#table = table;
    this.#sets = sets;
  }

  get empty(): boolean {
    return this.#requests.length === 0;
  }

  /** The table with its sets, chains and rules. Nothing happens where the table itself is there already. */
  addTable(): void {
    const { name, sets, chains } = this.#table;
    this.#add(
      NFT_MSG_NEWTABLE,
      NLM_F_CREATE,
      tableMessage,
      { NFTA_TABLE_NAME: name, NFTA_TABLE_FLAGS: 0 },
      `add table ${name}`,
    );
    for (const [index, set] of sets.entries()) this.#addSet(set, index + 1);
    // Chains first, all of them: rules jump to chains that stand further down.
    for (const chain of chains) this.#addChain(chain);
    for (const chain of chains) for (const rule of chain.rules) this.#addRule(chain.name, rule);
  }

  /** A chain beside those of the table's own. */
  addChain(chain: NftChainSpec): void {
    this.#addChain(chain);
    for (const rule of chain.rules) this.#addRule(chain.name, rule);
  }

  /** Other rules for a chain that is there. */
  replaceRules({ name, rules }: NftChainSpec): void {
    this.#deleteRules(name);
    for (const rule of rules) this.#addRule(name, rule);
  }

  /** ENOENT when it is not there; EBUSY while something leads to it. */
  deleteChain(name: string): void {
    const values = { NFTA_CHAIN_TABLE: this.#table.name, NFTA_CHAIN_NAME: name };
    this.#deleteRules(name);
    this.#add(NFT_MSG_DELCHAIN, 0, chainMessage, values, `delete chain ${name}`);
  }

  /** ENOENT when it is not there. */
  deleteTable(): void {
    const { name } = this.#table;
    this.#add(NFT_MSG_DELTABLE, 0, tableMessage, { NFTA_TABLE_NAME: name }, `delete table ${name}`);
  }

  addElements(elements: readonly NftElementSpec[]): void {
    this.#elements("add", elements);
  }

  /** ENOENT when one is not there; and then nothing is done. */
  deleteElements(elements: readonly NftElementSpec[]): void {
    this.#elements("delete", elements);
  }

  /** Throws the NetlinkError of the first message that the kernel refused, which then has done nothing. */
  async commit(socket: NetlinkSocket): Promise<void> {
    if (this.empty) return;
    const batch = [BATCH_BEGIN, ...this.#requests, BATCH_END];
    for (let attempt = 1; ; attempt++) {
      const refused = (await socket.execute(batch)).find((outcome) => outcome !== undefined);
      if (refused === undefined) return;
      if (attempt === ATTEMPTS || !isTransient(refused)) throw refused;
    }
  }

  #addSet(set: NftSetSpec, id: number): void {
    const values = {
      NFTA_SET_TABLE: this.#table.name,
      NFTA_SET_NAME: set.name,
      NFTA_SET_FLAGS: set.data === undefined ? 0 : NFT_SET_MAP,
      NFTA_SET_KEY_TYPE: fieldsDatatype(set.key),
      NFTA_SET_KEY_LEN: fieldsLength(set.key),
      ...(set.data === undefined ? {} : setData(set.data)),
      NFTA_SET_ID: id,
      ...(isHostOrder(set.key) ? { NFTA_SET_USERDATA: hostOrderData() } : {}),
    };
    this.#add(NFT_MSG_NEWSET, NLM_F_CREATE, setMessage, values, `add set ${set.name}`);
  }

  #addChain({ name, base }: NftChainSpec): void {
    const values = {
      NFTA_CHAIN_TABLE: this.#table.name,
      NFTA_CHAIN_NAME: name,
      ...(base === undefined
        ? {}
        : {
            NFTA_CHAIN_HOOK: { NFTA_HOOK_HOOKNUM: HOOKS[base.hook], NFTA_HOOK_PRIORITY: base.priority >>> 0 },
            NFTA_CHAIN_POLICY: VERDICTS[base.policy],
            NFTA_CHAIN_TYPE: base.type,
          }),
    };
    this.#add(NFT_MSG_NEWCHAIN, NLM_F_CREATE, chainMessage, values, `add chain ${name}`);
  }

  #addRule(chain: string, { comment, expressions }: NftRuleSpec): void {
    const values = {
      NFTA_RULE_TABLE: this.#table.name,
      NFTA_RULE_CHAIN: chain,
      NFTA_RULE_EXPRESSIONS: expressions,
      NFTA_RULE_USERDATA: commentData(comment),
    };
    this.#add(
      NFT_MSG_NEWRULE,
      NLM_F_CREATE | NLM_F_APPEND,
      ruleMessage,
      values,
      `add rule "${comment}" to chain ${chain}`,
    );
  }

  #deleteRules(chain: string): void {
    const values = { NFTA_RULE_TABLE: this.#table.name, NFTA_RULE_CHAIN: chain };
    this.#add(NFT_MSG_DELRULE, 0, ruleMessage, values, `delete the rules of chain ${chain}`);
  }

  #elements(verb: "add" | "delete", elements: readonly NftElementSpec[]): void {
    grouped(elements).forEach((group, name) => {
      const set = this.#sets.get(name);
      if (set === undefined) throw new TypeError(`table ${this.#table.name} has no set ${name}`);
      for (let at = 0; at < group.length; at += ELEMENTS_A_MESSAGE) {
        this.#requests.push(new ElementRequest(verb, set, group.slice(at, at + ELEMENTS_A_MESSAGE)));
      }
    });
  }

  #add<T>(type: number, flags: number, codec: Parameters<typeof request<T>>[2], value: T, what: string): void {
    this.#requests.push(request(type, flags, codec, value, what));
  }
}

const isTransient = (error: NetlinkError): boolean => RETRIED.includes(error.code);

function setData(data: NonNullable<NftSetSpec["data"]>) {
  return data === "verdict"
    ? { NFTA_SET_DATA_TYPE: NFT_DATA_VERDICT, NFTA_SET_DATA_LEN: 16 }
    : { NFTA_SET_DATA_TYPE: fieldsDatatype(data), NFTA_SET_DATA_LEN: fieldsLength(data) };
}

function grouped(elements: readonly NftElementSpec[]): ReadonlyMap<string, readonly NftElementSpec[]> {
  const groups = new Map<string, NftElementSpec[]>();
  for (const element of elements) {
    const group = groups.get(element.set);
    if (group === undefined) groups.set(element.set, [element]);
    else group.push(element);
  }
  return groups;
}
