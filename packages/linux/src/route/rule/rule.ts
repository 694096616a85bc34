import { attributes, cstring, u32, type ValuesOf } from "../../netlink/attributes.ts";
import { AF_INET, AF_INET6, NLM_F_CREATE, NLM_F_EXCL } from "../../netlink/constants.ts";
import { type MessageCodec, type Request, request } from "../../netlink/message.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import { ip } from "../address-codec.ts";
import { RTM_DELRULE, RTM_GETRULE, RTM_NEWRULE } from "../constants.ts";

/** linux/fib_rules.h: look up in the table */
const FR_ACT_TO_TBL = 1;

const ruleAttributes = attributes({
  FRA_DST: ip(1),
  FRA_SRC: ip(2),
  FRA_IIFNAME: cstring(3),
  FRA_PRIORITY: u32(6),
  FRA_FWMARK: u32(10),
  FRA_SUPPRESS_PREFIXLEN: u32(14),
  FRA_TABLE: u32(15),
  FRA_FWMASK: u32(16),
  FRA_OIFNAME: cstring(17),
});

/** struct fib_rule_hdr, and the attributes behind it. */
export interface RuleMessage {
  readonly family: number;
  readonly destinationLength: number;
  readonly sourceLength: number;
  readonly table: number;
  readonly action: number;
  readonly flags: number;
  readonly attributes: ValuesOf<typeof ruleAttributes>;
}

export const ruleMessage: MessageCodec<RuleMessage> = {
  write(out, value) {
    out.u8(value.family);
    out.u8(value.destinationLength);
    out.u8(value.sourceLength);
    out.u8(0);
    out.u8(value.table);
    out.u16(0);
    out.u8(value.action);
    out.u32(value.flags);
    ruleAttributes.write(out, value.attributes);
  },
  read(input) {
    const family = input.u8();
    const destinationLength = input.u8();
    const sourceLength = input.u8();
    input.u8();
    const table = input.u8();
    input.u16();
    const action = input.u8();
    return {
      family,
      destinationLength,
      sourceLength,
      table,
      action,
      flags: input.u32(),
      attributes: ruleAttributes.read(input, {}),
    };
  },
};

/** "Packets that fit are looked up in this table." */
export interface Rule {
  readonly family: 4 | 6;
  readonly priority?: number;
  readonly table: number;
  readonly source?: string;
  readonly destination?: string;
  readonly mark?: { readonly value: number; readonly mask: number };
  readonly incoming?: string;
}

export function addRule(rule: Rule): Request {
  return request(RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, ruleMessage, ruleOf(rule), `add rule for table ${rule.table}`);
}

export function deleteRule(rule: Rule): Request {
  return request(RTM_DELRULE, 0, ruleMessage, ruleOf(rule), `delete rule for table ${rule.table}`);
}

export async function dumpRules(socket: NetlinkSocket, family: 4 | 6): Promise<readonly Rule[]> {
  const everything: RuleMessage = {
    family: family === 4 ? AF_INET : AF_INET6,
    destinationLength: 0,
    sourceLength: 0,
    table: 0,
    action: 0,
    flags: 0,
    attributes: {},
  };
  const found = await socket.dump(request(RTM_GETRULE, 0, ruleMessage, everything, "list rules"), ruleMessage);
  return found.map(({ attributes: given, table, sourceLength, destinationLength }) => ({
    family,
    table: given.FRA_TABLE ?? table,
    // The kernel leaves out a priority of 0.
    priority: given.FRA_PRIORITY ?? 0,
    ...(given.FRA_SRC === undefined ? {} : { source: `${given.FRA_SRC}/${sourceLength}` }),
    ...(given.FRA_DST === undefined ? {} : { destination: `${given.FRA_DST}/${destinationLength}` }),
    ...(given.FRA_FWMARK === undefined
      ? {}
      : { mark: { value: given.FRA_FWMARK, mask: given.FRA_FWMASK ?? 0xffffffff } }),
    ...(given.FRA_IIFNAME === undefined ? {} : { incoming: given.FRA_IIFNAME }),
  }));
}

function ruleOf({ family, priority, table, source, destination, mark, incoming }: Rule): RuleMessage {
  const [from, fromLength] = split(source);
  const [to, toLength] = split(destination);
  return {
    family: family === 4 ? AF_INET : AF_INET6,
    destinationLength: toLength,
    sourceLength: fromLength,
    table: table < 256 ? table : 0,
    action: FR_ACT_TO_TBL,
    flags: 0,
    attributes: {
      ...(from === undefined ? {} : { FRA_SRC: from }),
      ...(to === undefined ? {} : { FRA_DST: to }),
      ...(incoming === undefined ? {} : { FRA_IIFNAME: incoming }),
      ...(priority === undefined ? {} : { FRA_PRIORITY: priority }),
      ...(mark === undefined ? {} : { FRA_FWMARK: mark.value, FRA_FWMASK: mark.mask }),
      FRA_TABLE: table,
    },
  };
}

function split(prefix: string | undefined): readonly [address: string | undefined, length: number] {
  if (prefix === undefined) return [undefined, 0];
  const slash = prefix.indexOf("/");
  return [prefix.slice(0, slash), Number(prefix.slice(slash + 1))];
}
