import { describe, expect, it } from "vitest";
import { quoted, taskXml } from "./task-xml.ts";

describe("the task that starts the daemon", () => {
  it("quotes arguments as Windows takes them apart", () => {
    expect(quoted("plain")).toBe("plain");
    expect(quoted("")).toBe('""');
    expect(quoted("C:\\Program Files\\cnm")).toBe('"C:\\Program Files\\cnm"');
    expect(quoted("C:\\a b\\")).toBe('"C:\\a b\\\\"');
    expect(quoted('say "hi"')).toBe('"say \\"hi\\""');
    expect(quoted('\\"')).toBe('"\\\\\\""');
  });

  it("runs the command as it is", () => {
    const xml = taskXml(["C:\\Program Files\\nodejs\\node.exe", "C:\\a & b\\cnm.cjs", "daemon", "--state", "D:\\<x>"]);
    expect(xml).toContain("<Command>C:\\Program Files\\nodejs\\node.exe</Command>");
    expect(xml).toContain('<Arguments>"C:\\a &amp; b\\cnm.cjs" daemon --state D:\\&lt;x&gt;</Arguments>');
    expect(xml).toContain("<UserId>S-1-5-18</UserId>");
  });
});
