import { ipBytes } from "../route/ip-bytes.ts";
import { AF_INET, AF_INET6 } from "./constants.ts";

/** struct sockaddr_in or sockaddr_in6. */
export function socketAddress(address: string, port: number): Uint8Array {
  const six = address.includes(":");
  const bytes = new Uint8Array(six ? 28 : 16);
  bytes[0] = six ? AF_INET6 : AF_INET;
  bytes[2] = port >> 8;
  bytes[3] = port & 0xff;
  bytes.set(ipBytes(address), six ? 8 : 4);
  return bytes;
}
