import { styleText } from "node:util";
import type { NetworkHandle, SandboxHandle } from "@cnm/core";
import type { AgentReply } from "./agent.ts";

export function heading(text: string): void {
  console.log(`\n${styleText("bold", text)}`);
}

export function line(text: string): void {
  console.log(`  ${text}`);
}

/** How long an answer may take before it counts as none, in milliseconds: one that has to come, and one that must not. */
const LONG = 10_000;
const SHORT = 1_000;

/** Counts what went as promised. */
export class Score {
  #passed = 0;
  failed = 0;

  /** Asks an agent, and holds the answer to what was promised: an answer, or none. */
  async expect(what: string, reached: boolean, ask: (patience: number) => Promise<AgentReply>): Promise<void> {
    const reply = await ask(reached ? LONG : SHORT);
    this.check(`${what.padEnd(62)} ${reply.text}`, reply.ok === reached);
  }

  check(what: string, holds: boolean): void {
    if (holds) this.#passed++;
    else this.failed++;
    line(`${holds ? styleText("green", "✔") : styleText("red", "✘")} ${what}`);
  }

  summary(): string {
    return `${this.#passed} of ${this.#passed + this.failed} checks hold.`;
  }
}

/** The networks, and below each the sandboxes that joined it. */
export async function topology(
  networks: readonly NetworkHandle[],
  sandboxes: readonly SandboxHandle[],
): Promise<string> {
  const blocks = networks.map(async (handle) => {
    const network = await handle.info();
    const rows: string[] = [];
    for (const sandbox of sandboxes) {
      const { name } = await sandbox.info();
      for (const endpoint of await sandbox.endpoints()) {
        const { networkId, interfaceName, addresses, ports } = await endpoint.info();
        if (networkId !== network.id) continue;
        const where = addresses.map(({ address }) => address.split("/")[0]).join("  ");
        const shown = ports.filter(({ hostAddress }) => hostAddress === "0.0.0.0");
        const doors = shown
          .map((port) => `  ◀── host port ${port.hostPort} → ${port.targetPort}/${port.protocol}`)
          .join("");
        rows.push(`[ ${name} ] ${interfaceName}  ${where}${doors}`);
      }
    }
    const title = `${network.name}  ${network.ipam.pools.map(({ subnet }) => subnet).join("  ")}`;
    const branches = rows.map((row, at) => `  │   ${at === rows.length - 1 ? "└" : "├"}── ${row}`);
    return [`  ├──( network ${title} )`, ...branches, "  │"].join("\n");
  });
  return ["", "  ( uplink )", "  │", "  host", "  │", ...(await Promise.all(blocks))]
    .join("\n")
    .replace(/\n {2}│$/, "");
}
