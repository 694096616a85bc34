import type { ProgramResult, RunProgram } from "../../packages/linux/src/iptables/run-program.ts";

/** The four programs over tables in memory, as far as the handler uses them. Counts what is started. */
export class FakeIptables {
  readonly started: string[] = [];
  readonly inputs: string[] = [];
  /** Tables at whose COMMIT this process fails: "ip6 nat". Those before it are committed, as by the kernel. */
  readonly failing = new Set<string>();
  #state = new Map<string, Map<string, readonly string[]>>();

  readonly run: RunProgram = async (path, _args, input = "") => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    this.started.push(name);
    const family = name.startsWith("ip6") ? "ip6" : "ip";
    if (name.endsWith("save")) return { status: 0, stdout: this.text(family), stderr: "" };
    this.inputs.push(input);
    return this.#restore(family, input);
  };

  readonly find = (name: string): string => `/usr/sbin/${name}`;

  text(family: "ip" | "ip6"): string {
    return [...this.#state]
      .filter(([name]) => name.startsWith(`${family} `))
      .map(([name, chains]) =>
        [
          `*${name.slice(family.length + 1)}`,
          ...[...chains.keys()].map((chain) => `:${chain} - [0:0]`),
          ...[...chains].flatMap(([chain, rules]) => rules.map((rule) => `-A ${chain}${rule}`)),
          "COMMIT\n",
        ].join("\n"),
      )
      .join("");
  }

  #restore(family: string, input: string): ProgramResult {
    let at = 0;
    let table = "";
    let chains = new Map<string, readonly string[]>();
    const fail = (why: string): ProgramResult => ({ status: 1, stdout: "", stderr: `line ${at} failed: ${why}` });
    for (const line of input.trimEnd().split("\n")) {
      at++;
      const [verb = "", chain = ""] = line.split(" ");
      const rule = line.slice(verb.length + chain.length + 1);
      const rules = chains.get(chain);
      if (line.startsWith("*")) {
        table = `${family} ${line.slice(1)}`;
        const builtIn = ["PREROUTING", "FORWARD", "OUTPUT", "POSTROUTING"].map((name) => [name, []] as const);
        chains = new Map(this.#state.get(table) ?? builtIn);
      } else if (line === "COMMIT") {
        if (this.failing.has(table)) return fail("refused");
        this.#state.set(table, chains);
      } else if (verb.startsWith(":")) chains.set(verb.slice(1), []);
      else if (verb === "-N" && rules === undefined) chains.set(chain, []);
      else if (rules === undefined) return fail("no such chain");
      else if (verb === "-F") chains.set(chain, []);
      else if (verb === "-X") chains.delete(chain);
      else if (verb === "-A") chains.set(chain, [...rules, rule]);
      else if (verb === "-I") chains.set(chain, [rule, ...rules]);
      else if (verb === "-D" && rules.includes(rule)) chains.set(chain, rules.toSpliced(rules.indexOf(rule), 1));
      else return fail("bad rule");
    }
    return { status: 0, stdout: "", stderr: "" };
  }
}
