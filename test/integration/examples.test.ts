import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { enterFreshHost, ipJson, run } from "../support/host.ts";

const host = enterFreshHost();
afterAll(() => host.close());

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What each prints, as far as it is the same each time. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "01-first-network": ["10.71.0.2/24 fd71::2/64", "10.71.0.20/24", "lo eth0"],
  "02-published-port": [
    "0.0.0.0 port 8072 -> port 80",
    "127.0.0.1: hello from a sandbox",
    "[::1]: hello from a sandbox",
  ],
  "03-several-networks": [
    "one network:   the default route goes through back0",
    "a higher one:  the default route goes through front0",
    "it left again: the default route goes through back0",
  ],
  "04-foreign-namespace": ["joined: eth0", "left: no address"],
  "05-doctor-and-repair": ["healthy: 0 findings", "missing: link veth", "repaired: 0 findings"],
  "06-either-system": [
    "network web: bridge, 10.76.0.0/24",
    "0.0.0.0:18076 -> 80",
    "0 differences",
    "0 networks, 0 sandboxes",
  ],
};

/** Labs are a folder each. Those that need a kernel with more are in test/kernel. */
const LABS: Readonly<Record<string, readonly string[]>> = {
  fundamentals: [
    "$ ip link add lab0 type bridge",
    "ping from lab-one to lab-two: true\nBy cnm:\nping from lab-one to lab-two: true",
    "the same kinds of links on the host: true",
    "a veth that says whose it is: cnm:endpoint:",
    "left on the host: nothing",
  ],
  "bridge-and-ports": [
    "the host, by 127.0.0.1:8083:         10.83.0.1",
    "a sibling, by the server's address:  10.83.0.3",
    "a sibling, by the published port:    10.83.0.1",
    "another network, by the address:     no answer",
    "another network, by the port:        10.83.0.1",
    "8083",
  ],
};

describe("the examples", () => {
  const names = readdirSync(`${root}/examples`)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -3));

  it("are all known here, and short", () => {
    expect(names.sort()).toEqual(Object.keys(EXPECTED));
    for (const name of names) {
      expect(readFileSync(`${root}/examples/${name}.ts`, "utf8").split("\n").length, name).toBeLessThan(60);
    }
  });

  for (const [name, lines] of Object.entries({ ...EXPECTED, ...LABS })) {
    it(`${name} does what it says, and leaves nothing`, () => {
      const output = run(process.execPath, [`${root}/tools/example.mjs`, name]);
      for (const line of lines) expect(output).toContain(line);
      expect(ipJson(["link"]).map(({ ifname }) => ifname)).toEqual(["lo"]);
      expect(run("nft", ["list", "ruleset"])).toBe("");
    });
  }
});
