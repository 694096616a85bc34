import { describe, expect, it } from "vitest";
import { UsageError } from "../errors.ts";
import recorded from "./go-output.json" with { type: "json" };
import { compileTemplate } from "./template.ts";
import type { Value } from "./value.ts";

const render = (template: string, value: Value = recorded.network): string => compileTemplate(template).render(value);

/** Recorded with `docker network inspect --format TEMPLATE`, which uses Go's text/template, against this very network. */
describe("as Go's text/template", () => {
  for (const { template, output, fails } of recorded.cases) {
    it(`${JSON.stringify(template)} ${fails === true ? "is refused" : `gives ${JSON.stringify(output)}`}`, () => {
      if (fails === true) expect(() => render(template)).toThrow(UsageError);
      else expect(render(template)).toBe(output);
    });
  }
});

describe("errors name the place", () => {
  it.each([
    ["{{.Nope}}", /^template:1:3: there is no field \.Nope: there are \.Name, \.Id/],
    ["{{.Name}}\n  {{.Driver.Nope}}", /^template:2:12: \.Nope: the string "bridge" has no fields/],
    ["ab {{.Name", /^template:1:4: "\{\{" has no "\}\}"/],
    ["{{if .Name}}x", /^template:1:3: \{\{if\}\} has no \{\{end\}\}/],
    ["x{{end}}", /^template:1:4: \{\{end\}\} without/],
    ["{{nope 1}}", /^template:1:3: there is no function nope: there are and, /],
    ["{{.Name | nope}}", /^template:1:11: there is no function nope/],
    ["{{index .IPAM.Config 7}}", /^template:1:3: index: 7 is out of range: there are 2/],
    ["{{lt .Name 1}}", /^template:1:3: lt: cannot compare the string "web" with the number 1/],
    ['{{"abc}}', /^template:1:3: the string has no end/],
    ["{{.Name ? 1}}", /^template:1:9: unexpected "\?"/],
    ['{{"\\z"}}', /^template:1:4: there is no escape \\z/],
    ["{{$x}}", /^template:1:3: there is no variable \$x/],
    ["{{(.Name}}", /^template:1:3: "\(" has no "\)"/],
    ["{{.Name}} {{}}", /^template:1:13: something is missing before \}\}/],
    ['{{template "x"}}', /^template:1:3: \{\{template\}\} is not supported/],
    ['{{printf "%d" .Name}}', /^template:1:3: printf: %d does not print web/],
    ['{{printf "%s"}}', /^template:1:3: printf: .* more verbs/],
    ["{{constructor}}", /^template:1:3: there is no function constructor/],
    ["{{.constructor}}", /^template:1:3: there is no field \.constructor/],
    ["{{range .Internal}}x{{end}}", /^template:1:9: cannot range over the boolean false/],
  ])("%s", (template, message) => {
    expect(() => render(template)).toThrow(message);
  });
});

describe("methods and what is not there", () => {
  const row = { Label: (name: Value) => (name === "tier" ? "front" : ""), Nothing: null, Size: 3 };

  it("calls methods with arguments", () => {
    expect(render('{{.Label "tier"}} {{"tier" | .Label}}', row)).toBe("front front");
    expect(() => render("{{.Size 1}}", row)).toThrow(/\.Size takes no arguments/);
  });

  it("prints what is not there as Go does", () => {
    expect(render("{{.Nothing}} {{json .Nothing}} {{len .List}}", { Nothing: null, List: [] })).toBe(
      "<no value> null 0",
    );
    expect(render("{{.L}}", { L: [null, 1, ["a"]] })).toBe("[<nil> 1 [a]]");
  });

  it("leaves methods out of JSON", () => {
    expect(render("{{json .}}", row)).toBe('{"Nothing":null,"Size":3}');
  });

  it("stops early in and, or", () => {
    expect(render("{{and .Size false .Nope}} {{or .Size .Nope}}", row)).toBe("false 3");
  });
});

it("leaves names alone in a heading", () => {
  const { renderHeading } = compileTemplate('{{upper .A}} {{json .B}} {{join .C ","}} {{truncate .A 1}}');
  expect(renderHeading({ A: "a name", B: "b", C: "c" })).toBe("a name b c a name");
});
