/** How messages of a family are taken apart: the sizes of the header's fields, and which attributes hold others. */
export interface Layout {
  readonly header: Readonly<Record<string, number>>;
  readonly nests: Nests;
}

/** Attribute number → what is in it. */
export type Nests = Readonly<
  Record<
    number,
    {
      /** The size of a header before the attributes. */
      readonly skip?: number;
      /** Elements of a list, whose numbers say nothing. */
      readonly list?: boolean;
      readonly nests?: Nests;
    }
  >
>;

/** struct ifinfomsg. 18 = IFLA_LINKINFO, in it 2 = IFLA_INFO_DATA and 5 = IFLA_INFO_SLAVE_DATA. */
export const LINK: Layout = {
  header: { family: 1, padding: 1, type: 2, index: 4, flags: 4, change: 4 },
  nests: { 18: { nests: { 2: {}, 5: {} } } },
};

/** The same, where IFLA_INFO_DATA holds VETH_INFO_PEER, which is a struct ifinfomsg with attributes. */
export const VETH: Layout = { ...LINK, nests: { 18: { nests: { 2: { nests: { 1: { skip: 16 } } } } } } };

/** struct ifaddrmsg */
export const ADDRESS: Layout = { header: { family: 1, prefixLength: 1, flags: 1, scope: 1, index: 4 }, nests: {} };

/** struct rtmsg */
export const ROUTE: Layout = {
  header: { family: 1, destination: 1, source: 1, tos: 1, table: 1, protocol: 1, scope: 1, type: 1, flags: 4 },
  nests: {},
};

/** struct fib_rule_hdr */
export const RULE: Layout = {
  header: { family: 1, destination: 1, source: 1, tos: 1, table: 1, reserved: 2, action: 1, flags: 4 },
  nests: {},
};

/** struct ndmsg */
export const NEIGHBOUR: Layout = {
  header: { family: 1, padding: 3, index: 4, state: 2, flags: 1, type: 1 },
  nests: {},
};

/** struct br_port_msg */
export const MDB: Layout = { header: { family: 1, padding: 3, index: 4 }, nests: {} };

/** struct nfgenmsg; in netfilter's families the attributes themselves say whether they hold others. */
export const NETFILTER: Layout = { header: { family: 1, version: 1, resource: 2 }, nests: {} };

/** NFTA_SET_ELEM_LIST_ELEMENTS: nft numbers them through, the kernel does not look. */
export const ELEMENTS: Layout = { ...NETFILTER, nests: { 3: { list: true } } };
