import { crc32 as zlibCrc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { crc32 } from "./crc32.ts";
import { encodeRecord, type JournalRecord } from "./journal-record.ts";
import { JOURNAL_HEADER, RECORD_HEAD, readJournal } from "./read-journal.ts";

const RECORDS: readonly JournalRecord[] = [
  record(4, 6, ["network/a", { revision: 5, text: '{"name":"wéb \u{1f30d}"}' }], ["odd \n\0\"'key", undefined]),
  record(6, 7, ["leased/b", { revision: 7, text: "null", lease: "8c1f" }]),
  record(7, 9, ["c", { revision: 8, text: '"\\n"' }], ["d", { revision: 9, text: "[]" }]),
];

const read = (bytes: Buffer) => readJournal(bytes, "/state/cnm.journal");

describe("journal", () => {
  it("is read as it was written", () => {
    const bytes = journalOf(RECORDS);
    expect(read(bytes)).toMatchObject({ records: RECORDS, length: bytes.length });
  });

  it("ends before a record that is cut off, at any of its bytes", () => {
    const [whole, before] = [journalOf(RECORDS), journalOf(RECORDS.slice(0, 2))];
    for (let length = before.length; length < whole.length; length++) {
      expect(read(whole.subarray(0, length))).toMatchObject({ records: RECORDS.slice(0, 2), length: before.length });
    }
  });

  it("ends before a record with a flipped bit, whichever it is", () => {
    const whole = journalOf(RECORDS);
    const ends = RECORDS.map((_, index) => journalOf(RECORDS.slice(0, index + 1)).length);
    for (let bit = JOURNAL_HEADER.length * 8; bit < whole.length * 8; bit++) {
      const bytes = Buffer.from(whole);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(read(bytes).records).toEqual(
        RECORDS.slice(
          0,
          ends.findIndex((end) => bit >> 3 < end),
        ),
      );
    }
  });

  it("ends where there are zeros, as on a disk that got the length and not the bytes", () => {
    const bytes = journalOf(RECORDS);
    const padded = Buffer.concat([bytes, Buffer.alloc(5000)]);
    expect(read(padded)).toMatchObject({ records: RECORDS, length: bytes.length });
  });

  it("takes no record of an earlier life for a follower, though it is whole and in its place", () => {
    const other = record(
      4,
      6,
      ["network/a", { revision: 5, text: '{"name":"wéb \u{1f30e}"}' }],
      ["odd \n\0\"'key", undefined],
    );
    const [old, fresh] = [journalOf(RECORDS), journalOf([other])];
    fresh.copy(old);
    expect(read(old)).toMatchObject({ records: [other], length: fresh.length });
  });

  it("ends where revisions do not follow each other", () => {
    expect(read(journalOf([record(1, 2), record(3, 4)])).records).toEqual([record(1, 2)]);
  });

  it("is new where its header was not written to the end", () => {
    const starts = Array.from(JOURNAL_HEADER, (_, length) => JOURNAL_HEADER.subarray(0, length));
    for (const bytes of [...starts, Buffer.alloc(14), Buffer.alloc(4096)]) {
      expect(read(bytes)).toEqual({ records: [], length: 0, crc: 0 });
    }
  });

  it("is refused when another cnm wrote it, or no cnm", () => {
    const other = Buffer.concat([Buffer.from("cnm journal 2\n"), journalOf(RECORDS).subarray(14)]);
    const version = { kind: "unsupported", code: "store-version", message: expect.stringMatching(/format 2.*reads 1/) };
    expect(() => read(other)).toThrow(expect.objectContaining(version));
    const damaged = { kind: "internal", code: "store-damaged", message: expect.stringContaining("/state/cnm.journal") };
    for (const text of ["no journal", "cnm journals\n", "[1,2,[]]\n"]) {
      expect(() => read(Buffer.from(text))).toThrow(expect.objectContaining(damaged));
    }
  });

  it.each([
    "",
    "x",
    "\n",
    "null\n",
    "[1,2]\n",
    "[1,2,{}]\n",
    "[2,1,[]]\n",
    "[-1,1,[]]\n",
    "[1,2.5,[]]\n",
    "[1,2,[1]]\n",
    "[1,2,[[]]]\n",
    '[1,2,[["a"]]]\na',
    "[1,2,[[2]]]\na",
    "[1,2,[[1,2]]]\na",
    "[1,2,[[1,2,-1]]]\na",
    "[1,2,[[1,2,1,2]]]\na1",
    '[1,2,[[1,2,1,"l",0]]]\na1',
    "[1,2,[[1,2,2]]]\na1",
    "[1,2,[[1,2,1]]]\na12",
    "[1,2,[[9007199254740991,2,9007199254740991]]]\na1",
  ])("is refused when a whole record says nothing: %j", (payload) => {
    if (payload === "") return expect(read(framed([payload])).records).toEqual([]);
    const message = expect.stringContaining(`byte ${JOURNAL_HEADER.length}`);
    expect(() => read(framed([payload]))).toThrow(expect.objectContaining({ code: "store-damaged", message }));
  });

  it("has the CRC that zlib has", () => {
    const bytes = Buffer.from("123456789 and more");
    expect(crc32(bytes, 0, 9)).toBe(0xcbf43926);
    expect(crc32(bytes, 9, bytes.length, crc32(bytes, 0, 9))).toBe(zlibCrc32(bytes));
  });
});

function record(before: number, revision: number, ...writes: readonly Write[]): JournalRecord {
  return { before, revision, writes: new Map(writes) };
}

type Write = readonly [
  string,
  { readonly revision: number; readonly text: string; readonly lease?: string } | undefined,
];

function journalOf(records: readonly JournalRecord[]): Buffer {
  return framed(records.map(encodeRecord));
}

function framed(payloads: readonly string[]): Buffer {
  const parts = [JOURNAL_HEADER];
  let crc = 0;
  for (const payload of payloads) {
    const part = Buffer.concat([Buffer.alloc(RECORD_HEAD), Buffer.from(payload)]);
    crc = zlibCrc32(part.subarray(RECORD_HEAD), crc);
    part.writeUInt32LE(part.length - RECORD_HEAD, 0);
    part.writeUInt32LE(crc, 4);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
