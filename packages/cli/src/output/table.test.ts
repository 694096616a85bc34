import { expect, it } from "vitest";
import { tableText } from "./table.ts";

/** Recorded from `docker network ls --format 'table …'`. */
it.each([
  [
    [
      "NETWORK ID\tNAME\tDRIVER\tSCOPE",
      "ffff8a6b2d1e\ta-much-longer-name\toverlay\tglobal",
      "4f0c8a6b2d1e\tweb\tbridge\tlocal",
    ],
    "NETWORK ID     NAME                 DRIVER    SCOPE\nffff8a6b2d1e   a-much-longer-name   overlay   global\n4f0c8a6b2d1e   web                  bridge    local\n",
  ],
  [
    ["NAME\tDRIVER\tSCOPE\tINTERNAL\tIPV4\tIPV6", "web\tbridge\tlocal\tfalse\ttrue\tfalse"],
    "NAME      DRIVER    SCOPE     INTERNAL   IPV4      IPV6\nweb       bridge    local     false      true      false\n",
  ],
  [
    ["tier\tNAME", "\ta-much-longer-name", "front\tweb"],
    "tier      NAME\n          a-much-longer-name\nfront     web\n",
  ],
  [["NAME\tX", "ä-zwölf-lang\ty"], "NAME           X\nä-zwölf-lang   y\n"],
])("%j", (lines, text) => {
  expect(tableText(lines)).toBe(text);
});
