import { describe, expect, it } from "vitest";
import { defaultPaths, isPipe } from "./default-paths.ts";
import { parseDaemonOptions } from "./parse-daemon-options.ts";

describe("where a daemon has its things", () => {
  it("on Windows: a pipe, and folders of %ProgramData%", () => {
    const paths = defaultPaths("win32", { ProgramData: "D:\\Data" });
    expect(paths).toEqual({ socket: "\\\\.\\pipe\\cnm", state: "D:\\Data\\cnm\\state", run: "D:\\Data\\cnm\\run" });
    const { socket, resolvConf } = parseDaemonOptions({}, paths);
    expect(socket).toBe("\\\\.\\pipe\\cnm");
    // The system is asked itself.
    expect(resolvConf).toBeUndefined();
    expect(parseDaemonOptions({ socket: "//./pipe/other" }, paths).socket).toBe("\\\\.\\pipe\\other");
  });

  it("knows a pipe by its name", () => {
    expect(["\\\\.\\pipe\\cnm", "//./pipe/cnm"].every(isPipe)).toBe(true);
    expect(["/run/cnm/cnm.sock", "C:\\pipe\\x", "\\\\server\\share"].some(isPipe)).toBe(false);
  });
});
