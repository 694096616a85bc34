import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { COMPUTENETWORK, UNDOCUMENTED } from "../../../packages/windows/src/ffi/computenetwork.ts";
import { SERVICE_DISCONNECT } from "../../../packages/windows/src/hcn/client/read-notification.ts";
import { NOTIFICATIONS } from "../../../packages/windows/src/hcn/notification.ts";

const ROOT = "/usr/x86_64-w64-mingw32";
const header = readFileSync(`${ROOT}/include/computenetwork.h`, "utf8");

/** "HCN_NETWORK* PHCN_NETWORK" → PHCN_NETWORK: HCN_NETWORK*. */
const typedefs = new Map(
  [...header.matchAll(/typedef (HCN_\w+\*) (PHCN_\w+);/g)].map(([, type, name]) => [name, type]),
);

const typeOf = (parameter: string): string => {
  const type = parameter.replace(/\w+$/, "").replaceAll(" ", "");
  return typedefs.get(type) ?? type;
};

const prototypes = Object.fromEntries(
  [...header.matchAll(/^(HRESULT|VOID) WINAPI (\w+) \(([^)]*)\);/gm)].map(([, returns, name, parameters = ""]) => [
    name,
    { args: parameters.split(",").map((parameter) => typeOf(parameter.trim())), returns },
  ]),
);

const documented = Object.fromEntries(
  Object.entries(COMPUTENETWORK).filter(([name]) => !UNDOCUMENTED.some((other) => other === name)),
);

describe("the table of computenetwork.dll", () => {
  it("has the names, results and parameters of mingw-w64's header, and no others", () => {
    expect(Object.keys(prototypes)).toHaveLength(41);
    expect(documented).toEqual(prototypes);
  });

  it("has exactly the functions that the library exports", () => {
    const symbols = execFileSync("x86_64-w64-mingw32-nm", [`${ROOT}/lib/libcomputenetwork.a`], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const exports = [...symbols.matchAll(/ T (\w+)/g)].map(([, name]) => name);
    expect(exports).toHaveLength(54);
    expect(Object.keys(COMPUTENETWORK).sort()).toEqual(exports.sort());
  });

  it("is what the C compiler takes the functions for", () => {
    const checks = Object.entries(documented).map(
      ([name, { args, returns }]) =>
        `_Static_assert(__builtin_types_compatible_p(__typeof__(${name}), ${returns} WINAPI (${args.join(", ")})), "${name}");`,
    );
    expect(checks).toHaveLength(41);
    compile([...checks, ...WIDTHS].join("\n"));
    // A compiler that takes anything would prove nothing.
    expect(() => compile('_Static_assert(sizeof(USHORT) == 4, "no");')).toThrow(/static assertion failed/);
  });
});

/** What src/ffi/types.ts makes of the types. */
const WIDTHS = [
  '_Static_assert(sizeof(HRESULT) == 4 && sizeof(ULONG) == 4 && sizeof(USHORT) == 2, "numbers");',
  '_Static_assert(sizeof(HCN_PORT_PROTOCOL) == 4 && sizeof(HCN_PORT_ACCESS) == 4, "enumerations");',
  '_Static_assert(sizeof(HANDLE) == 8 && sizeof(HCN_NETWORK) == 8 && sizeof(HCN_CALLBACK) == 8, "addresses");',
  '_Static_assert(sizeof(WCHAR) == 2 && sizeof(GUID) == 16, "texts and ids");',
];

function compile(checks: string): void {
  const source = `#include <windows.h>\n#include <computenetwork.h>\n${checks}\n`;
  execFileSync("x86_64-w64-mingw32-gcc", ["-fsyntax-only", "-x", "c", "-"], { input: source, stdio: "pipe" });
}

describe("notifications", () => {
  it("have the header's numbers", () => {
    const found = [...header.matchAll(/HcnNotification(\w+) = (0x[0-9A-F]{8})/g)].map(
      ([, name = "", value = ""]) => [name, Number(value)] as const,
    );
    const { Invalid, FlagsReserved, ServiceDisconnect, ...objects } = Object.fromEntries(found);
    expect([Invalid, FlagsReserved]).toEqual([0, 0xf0000000]);
    expect(ServiceDisconnect).toBe(SERVICE_DISCONNECT);
    expect(NOTIFICATIONS).toEqual(objects);
  });
});
