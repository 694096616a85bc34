/** What HNS refuses with, as far as the fake does. */
export const NETWORK_NOT_FOUND = 0x803b0001;
export const ENDPOINT_NOT_FOUND = 0x803b0002;
export const SUBNET_NOT_FOUND = 0x803b0005;
export const ADAPTER_NOT_FOUND = 0x803b0006;
export const POLICY_NOT_FOUND = 0x803b0008;
export const INVALID_POLICY = 0x803b000d;
export const NETWORK_ALREADY_EXISTS = 0x803b0010;
export const PORT_ALREADY_EXISTS = 0x803b0013;
export const REQUEST_UNSUPPORTED = 0x803b0015;
export const MAPPING_NOT_SUPPORTED = 0x803b0016;
export const INVALID_IP = 0x803b001e;
export const ENDPOINT_NAMESPACE_ALREADY_EXISTS = 0x803b002b;
export const INVALID_INTERNAL_PORT = 0x803b002d;
export const ADDR_INVALID_OR_RESERVED = 0x803b002f;
export const DUPLICATE_NAME = 0x80070034;
export const NOT_FOUND = 0x80070490;
export const ALREADY_EXISTS = 0x800700b7;
