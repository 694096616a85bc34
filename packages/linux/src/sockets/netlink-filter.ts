import { BPF_JMP_JEQ_K, BPF_LD_H_ABS, BPF_RET_K, EVERYTHING, type Instruction } from "./socket-filter.ts";

/** struct nlmsghdr: length, type, flags… */
const NLMSG_TYPE = 4;

/** Only messages of these types reach the socket. One message a datagram, as notifications come. */
export function onlyNetlinkTypes(types: readonly number[]): readonly Instruction[] {
  return [
    [BPF_LD_H_ABS, 0, 0, NLMSG_TYPE],
    ...types.map((type, at): Instruction => [BPF_JMP_JEQ_K, types.length - at, 0, swapped(type)]),
    [BPF_RET_K, 0, 0, 0],
    [BPF_RET_K, 0, 0, EVERYTHING],
  ];
}

/** Netlink counts in the machine's order, which is little-endian wherever this runs; BPF loads in the network's. */
const swapped = (type: number): number => ((type & 0xff) << 8) | (type >>> 8);
