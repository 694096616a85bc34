import { describe, expect, it } from "vitest";
import { Recording } from "../../../../test/record/recording.ts";
import { readAcknowledgement, readDone } from "./acknowledgement.ts";
import { NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_DONE, NLMSG_ERROR } from "./constants.ts";
import { DecodeError } from "./decode-error.ts";

const end = (recording: string, command: string) => {
  const message = new Recording(recording).received(command, NLMSG_ERROR).at(-1);
  if (message === undefined) throw new Error(`${command} was not acknowledged`);
  return readAcknowledgement(message);
};

describe("acknowledgements, as the kernel gave them", () => {
  it("done", () => {
    expect(end("address", "ip address add 10.7.0.9/31 dev v0")).toEqual({ errno: 0 });
  });

  it("refused with the kernel's words, behind the whole request", () => {
    expect(end("link", "ip link add du0 type dummy")).toEqual({ errno: 95, kernelMessage: "Unknown device type" });
    expect(end("route", "ip route add 10.15.0.0/16 via 203.0.113.1 dev v0 proto static")).toEqual({
      errno: 101,
      kernelMessage: "Nexthop has invalid gateway",
    });
  });

  it("refused with the place in the request", () => {
    expect(end("nft-table", "nft 'delete element inet t bridges { br7 }'")).toEqual({ errno: 2, offset: 44 });
  });

  it("refused without a word", () => {
    expect(end("rule", "ip rule delete priority 999")).toEqual({ errno: 2 });
  });

  it("the end of a dump", () => {
    const [done] = new Recording("rule").received("ip rule show", NLMSG_DONE);
    expect(done === undefined ? undefined : readDone(done)).toEqual({ errno: 0 });
  });
});

describe("acknowledgements that lie", () => {
  const message = (payload: readonly number[], flags = NLM_F_ACK_TLVS) => ({
    type: NLMSG_ERROR,
    flags,
    sequence: 1,
    portId: 0,
    payload: Uint8Array.from(payload),
  });
  const REFUSED = [0xea, 0xff, 0xff, 0xff];

  it("cannot lead the reader out of the message", () => {
    // Too short for the request that it should repeat, or with a request of no or of endless length.
    expect(readAcknowledgement(message([...REFUSED, 1, 2, 3, 4]))).toEqual({ errno: 22 });
    expect(readAcknowledgement(message([...REFUSED, ...new Array(16).fill(0)]))).toEqual({ errno: 22 });
    expect(readAcknowledgement(message([...REFUSED, ...new Array(20).fill(0xff)]))).toEqual({ errno: 22 });
    expect(() => readAcknowledgement(message([1, 2]))).toThrow(DecodeError);
  });

  it("may be capped", () => {
    const words = [7, 0, 1, 0, 0x6e, 0x6f, 0, 0];
    const capped = message([...REFUSED, ...new Array(16).fill(0), ...words], NLM_F_ACK_TLVS | NLM_F_CAPPED);
    expect(readAcknowledgement(capped)).toEqual({ errno: 22, kernelMessage: "no" });
  });
});
