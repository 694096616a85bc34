/** linux/netfilter/nfnetlink.h */
export const NFNL_SUBSYS_CTNETLINK = 1;
export const NFNL_SUBSYS_NFTABLES = 10;
export const NFNL_MSG_BATCH_BEGIN = 16;
export const NFNL_MSG_BATCH_END = 17;
export const NFNLGRP_NFTABLES = 7;
export const NFPROTO_INET = 1;
export const NFPROTO_IPV4 = 2;
export const NFPROTO_IPV6 = 10;

/** linux/netfilter/nf_tables.h */
const message = (type: number): number => (NFNL_SUBSYS_NFTABLES << 8) | type;
export const NFT_MSG_NEWTABLE = message(0);
export const NFT_MSG_GETTABLE = message(1);
export const NFT_MSG_DELTABLE = message(2);
export const NFT_MSG_NEWCHAIN = message(3);
export const NFT_MSG_GETCHAIN = message(4);
export const NFT_MSG_DELCHAIN = message(5);
export const NFT_MSG_NEWRULE = message(6);
export const NFT_MSG_GETRULE = message(7);
export const NFT_MSG_DELRULE = message(8);
export const NFT_MSG_NEWSET = message(9);
export const NFT_MSG_GETSET = message(10);
export const NFT_MSG_DELSET = message(11);
export const NFT_MSG_NEWSETELEM = message(12);
export const NFT_MSG_GETSETELEM = message(13);
export const NFT_MSG_DELSETELEM = message(14);
export const NFT_MSG_NEWGEN = message(15);
export const NFT_MSG_GETGEN = message(16);

/** Registers of 16 bytes; the same storage as four registers of 4 bytes each from NFT_REG32_00 on. */
export const NFT_REG_VERDICT = 0;
export const NFT_REG_1 = 1;
export const NFT_REG32_00 = 8;

export const NFT_PAYLOAD_NETWORK_HEADER = 1;
export const NFT_PAYLOAD_TRANSPORT_HEADER = 2;

export const NFT_META_MARK = 3;
export const NFT_META_IIFNAME = 6;
export const NFT_META_OIFNAME = 7;
export const NFT_META_NFPROTO = 15;
export const NFT_META_L4PROTO = 16;

export const NFT_CT_STATE = 0;
export const NFT_CT_STATUS = 2;

export const NFT_FIB_RESULT_ADDRTYPE = 3;
export const NFTA_FIB_F_SADDR = 1;
export const NFTA_FIB_F_DADDR = 2;
export const RTN_LOCAL = 2;

export const NFT_NAT_SNAT = 0;
export const NFT_NAT_DNAT = 1;

export const NFT_LOOKUP_F_INV = 1;

export const NFT_SET_INTERVAL = 0x4;
export const NFT_SET_MAP = 0x8;
export const NFT_SET_CONCAT = 0x80;
export const NFT_SET_ELEM_INTERVAL_END = 0x1;

export const NFT_DATA_VERDICT = 0xffffff00;

/** Verdict codes, linux/netfilter.h and nf_tables.h. */
export const VERDICTS = { drop: 0, accept: 1, jump: -3, goto: -4, return: -5 } as const;

export const HOOKS = { prerouting: 0, input: 1, forward: 2, output: 3, postrouting: 4 } as const;

/** `::1` */
export const IPV6_LOOPBACK = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
