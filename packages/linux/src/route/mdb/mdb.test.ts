import { describe, expect, it } from "vitest";
import { expectSame } from "../../../../../test/record/expect-same.ts";
import { MDB } from "../../../../../test/record/layouts.ts";
import { Recording } from "../../../../../test/record/recording.ts";
import { ByteReader } from "../../netlink/byte-reader.ts";
import { ByteWriter } from "../../netlink/byte-writer.ts";
import { RTM_NEWMDB } from "../constants.ts";
import { mdbMessage, noteGroup } from "./mdb.ts";

const recording = new Recording("mdb");
const V1 = 2;
const BR0 = 4;

describe("groups behind ports, as bridge notes them", () => {
  it.each([
    ["IPv6", "ff02::1:ff00:2"],
    ["IPv4", "239.7.7.7"],
  ])("%s", (_family, group) => {
    const [sent] = recording.sent(`bridge mdb add dev br0 port v1 grp ${group} temp`, RTM_NEWMDB);
    expectSame(noteGroup({ bridgeIndex: BR0, portIndex: V1, group }), sent, MDB);
  });

  it("reads what it writes", () => {
    const out = new ByteWriter();
    noteGroup({ bridgeIndex: BR0, portIndex: V1, group: "ff02::fb" }).write(out);
    const { family, index, attributes } = mdbMessage.read(new ByteReader(out.finish()));
    expect([family, index, attributes.MDBA_SET_ENTRY?.length]).toEqual([7, BR0, 28]);
  });
});
