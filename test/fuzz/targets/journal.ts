import { crc32 } from "../../../packages/core/src/store/journal/crc32.ts";
import { decodeRecord, encodeRecord } from "../../../packages/core/src/store/journal/journal-record.ts";
import { JOURNAL_HEADER, RECORD_HEAD, readJournal } from "../../../packages/core/src/store/journal/read-journal.ts";
import { mutate } from "../mutate.ts";
import { below, several } from "../pick.ts";
import type { FuzzTarget, Random } from "../target.ts";
import { someText, someValue, textOf, toBytes, toText } from "../texts.ts";

const PIECES = [
  "[",
  "]",
  ",",
  "\n",
  "0",
  "1",
  "2",
  "7",
  "-1",
  "1.5",
  "1e3",
  "9007199254740993",
  '"a"',
  '"lease"',
  "null",
  "{}",
];

/** Journals as a process that was killed, a disk that lost power and a wrong file leave them. */
export const journal = (): readonly FuzzTarget[] => [
  {
    name: "journal",
    generate: (random) => mutate(journalOf(several(random, 6, () => payload(random))), random),
    run: read,
  },
  {
    name: "journal with whole records",
    generate: (random) => journalOf(several(random, 6, () => payload(random))),
    run: read,
  },
  {
    name: "journal record",
    generate: (random) => toBytes(payload(random)),
    run(input) {
      const record = decodeRecord(toText(input));
      if (record === undefined) return;
      const again = decodeRecord(encodeRecord(record));
      if (again === undefined || encodeRecord(again) !== encodeRecord(record))
        throw new Error("it is written as another");
    },
  },
];

function read(input: Uint8Array): void {
  const bytes = Buffer.from(input);
  const { records, length } = readJournal(bytes, "journal");
  const again = readJournal(bytes.subarray(0, length), "journal");
  if (again.length !== length || again.records.length !== records.length) throw new Error("its whole part is another");
}

function payload(random: Random): string {
  if (random() < 0.4) return textOf(random, PIECES, 20);
  const before = below(random, 3);
  const writes = several(random, 4, () => {
    const [key, text] = [someText(random), JSON.stringify(someValue(random))];
    const stored = { text, revision: below(random, 5), ...(random() < 0.3 ? { lease: someText(random) } : {}) };
    return [key, random() < 0.3 ? undefined : stored] as const;
  });
  const text = encodeRecord({ before, revision: before + below(random, 3), writes: new Map(writes) });
  return random() < 0.5 ? text : toText(mutate(toBytes(text), random));
}

function journalOf(payloads: readonly string[]): Uint8Array {
  const parts: Uint8Array[] = [JOURNAL_HEADER];
  let crc = 0;
  for (const bytes of payloads.map(toBytes)) {
    const head = Buffer.alloc(RECORD_HEAD);
    crc = crc32(bytes, 0, bytes.length, crc);
    head.writeUInt32LE(bytes.length, 0);
    head.writeUInt32LE(crc, 4);
    parts.push(head, bytes);
  }
  return Uint8Array.from(Buffer.concat(parts));
}
