/** linux/ip_vs.h */
export const IPVS_GENL_NAME = "IPVS";
export const IPVS_GENL_VERSION = 1;

export const IPVS_CMD_NEW_SERVICE = 1;
export const IPVS_CMD_SET_SERVICE = 2;
export const IPVS_CMD_DEL_SERVICE = 3;
export const IPVS_CMD_GET_SERVICE = 4;
export const IPVS_CMD_NEW_DEST = 5;
export const IPVS_CMD_SET_DEST = 6;
export const IPVS_CMD_DEL_DEST = 7;
export const IPVS_CMD_GET_DEST = 8;
export const IPVS_CMD_SET_CONFIG = 12;
export const IPVS_CMD_GET_CONFIG = 13;
export const IPVS_CMD_GET_INFO = 15;

/** The same client goes to the same destination. */
export const IP_VS_SVC_F_PERSISTENT = 0x1;
/** What the kernel itself keeps in the flags. */
export const IP_VS_SVC_F_HASHED = 0x2;
export const ALL_FLAGS = 0xffff_ffff;

/** Destination addresses are translated, as in NAT. */
export const IP_VS_CONN_F_MASQ = 0;
