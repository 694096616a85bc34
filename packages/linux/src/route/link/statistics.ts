import type { Attribute, PayloadCodec } from "../../netlink/attributes.ts";

/** The head of struct rtnl_link_stats64; newer kernels append further counters. */
export interface LinkStatistics {
  readonly rxPackets: number;
  readonly txPackets: number;
  readonly rxBytes: number;
  readonly txBytes: number;
  readonly rxErrors: number;
  readonly txErrors: number;
  readonly rxDropped: number;
  readonly txDropped: number;
}

const codec: PayloadCodec<LinkStatistics> = {
  write(out, value) {
    const { rxPackets, txPackets, rxBytes, txBytes, rxErrors, txErrors, rxDropped, txDropped } = value;
    for (const count of [rxPackets, txPackets, rxBytes, txBytes, rxErrors, txErrors, rxDropped, txDropped]) {
      out.u64(BigInt(count));
    }
  },
  read(input) {
    const count = (): number => Number(input.u64());
    return {
      rxPackets: count(),
      txPackets: count(),
      rxBytes: count(),
      txBytes: count(),
      rxErrors: count(),
      txErrors: count(),
      rxDropped: count(),
      txDropped: count(),
    };
  },
};

export const statistics64 = (type: number): Attribute<LinkStatistics> => ({ type, codec });
