import { parseSave } from "../../../packages/linux/src/iptables/parse-save.ts";
import type { FuzzTarget } from "../target.ts";
import { textOf, toBytes, toText } from "../texts.ts";

const PIECES = [
  "*filter\n",
  "*nat\n",
  ":FORWARD DROP [0:0]\n",
  ":CNM-FORWARD - [12:900]\n",
  "-A FORWARD -j CNM-FORWARD\n",
  "-A CNM-OPEN -d 10.7.0.2/32 -p tcp -m tcp --dport 80 -j ACCEPT\n",
  '-A FORWARD -m comment --comment "cnm:host" -j CNM-FORWARD\n',
  '-A INPUT -m comment --comment "a \\" b"',
  "COMMIT\n",
  "# a comment\n",
  "\n",
  '"',
  "\\",
  " ",
];

/** What `iptables-save` prints, and what it might. */
export const savedRules = (): readonly FuzzTarget[] => [
  {
    name: "iptables-save",
    generate: (random) => toBytes(textOf(random, PIECES, 20)),
    run: (input) => parseSave(toText(input)),
  },
];
