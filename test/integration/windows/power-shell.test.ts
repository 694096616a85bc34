import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { netAdapters } from "../../../packages/windows/src/powershell/net-adapters.ts";
import { type PowerShell, powerShell } from "../../../packages/windows/src/powershell/power-shell.ts";
import { scriptArguments, scriptText } from "../../../packages/windows/src/powershell/script.ts";
import { windowsFeatures } from "../../../packages/windows/src/powershell/windows-features.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "powershell-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program in PowerShell's place: `given` is its input, `script` the script's text; what `body` returns it puts out. */
function stand(body: string): PowerShell {
  const program = join(folder, "powershell");
  const source = `#!${process.execPath}
const script = Buffer.from(process.argv.at(-1), "base64").toString("utf16le");
const args = process.argv.slice(2, -1);
let text = "";
process.stdin.setEncoding("utf8").on("data", (chunk) => (text += chunk)).on("end", () => {
  const given = JSON.parse(text);
  const tell = (what) => process.stdout.write(JSON.stringify(what));
  ${body}
});`;
  writeFileSync(program, source);
  chmodSync(program, 0o700);
  return powerShell({ program });
}

describe("PowerShell", () => {
  it("is given input as JSON, and nothing of it in the script", async () => {
    const shell = stand("tell({ Ok: true, Output: [given, script.includes(given.name), args] });");
    const name = `"; Remove-Item * #'\u{1f30d}`;
    expect(await shell.run("something", "$given.name", { name })).toEqual([
      { name },
      false,
      ["-NoProfile", "-NonInteractive", "-EncodedCommand"],
    ]);
  });

  it("tells of an error as it is", async () => {
    const shell = stand(`tell({ Ok: false, Error: "Access is denied.", Id: "Whatever" }); process.exitCode = 1;`);
    await expect(shell.run("the adapters", "", null)).rejects.toMatchObject({
      kind: "internal",
      code: "powershell",
      message: "PowerShell cannot tell the adapters: Access is denied.",
    });
  });

  it("tells which commands this Windows lacks", async () => {
    const message = "The term 'Get-NetAdapter' is not recognized";
    const shell = stand(`tell({ Ok: false, Error: ${JSON.stringify(message)}, Id: "CommandNotFoundException" });`);
    await expect(shell.run("the adapters", "", null)).rejects.toMatchObject({ kind: "unsupported" });
  });

  it("tells what it said where that is no answer", async () => {
    const shell = stand(`process.stderr.write("#< CLIXML kaputt"); process.exitCode = 3;`);
    await expect(shell.run("x", "", null)).rejects.toThrow("PowerShell cannot tell x: #< CLIXML kaputt");
  });

  it("that is not there is an error that names it", async () => {
    const program = join(folder, "nowhere");
    await expect(powerShell({ program }).run("x", "", null)).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringContaining(program),
    });
  });

  it("is ended by the signal", async () => {
    const shell = stand("setInterval(() => undefined, 1000);");
    const end = new AbortController();
    const running = shell.run("x", "", null, { signal: end.signal });
    end.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
  });
});

describe("a script", () => {
  it("comes whole through the command line", () => {
    const script = scriptText("Get-Thing 'ä' | Where-Object { $_.Name -eq $given.name }");
    expect(Buffer.from(scriptArguments(script).at(-1) ?? "", "base64").toString("utf16le")).toBe(script);
    expect(script).toContain("$ErrorActionPreference = 'Stop'");
  });

  it("asks for adapters", async () => {
    const adapter = {
      Name: "Ethernet 漢",
      Description: "Intel",
      Index: 4,
      MacAddress: "00-15-5D-00-00-01",
      Up: true,
      Virtual: false,
      Wireless: false,
      HasSwitch: true,
      Mtu: 1500,
    };
    const told = JSON.stringify({ Ok: true, Output: [adapter, { ...adapter, Description: null }] });
    const shell = stand(`process.stdout.write(script.includes("Get-NetAdapter") ? ${JSON.stringify(told)} : "");`);
    expect(await netAdapters(shell)).toEqual([adapter, { ...adapter, Description: "" }]);
  });

  it("asks for Windows features by both of their names", async () => {
    const shell = stand(`
      const states = given.map(({ Name, Server, Client }) => ({ Name, On: Server === "Hyper-V" && Client === "Microsoft-Hyper-V" }));
      tell({ Ok: true, Output: states });`);
    expect(await windowsFeatures(shell)).toEqual({ containers: false, hyperV: true });
  });
});
