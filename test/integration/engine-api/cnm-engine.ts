import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@cnm/daemon/client";
import { DaemonProgram } from "../../support/daemon-process.ts";
import { type Engine, SLEEP } from "./engine.ts";

/** Our daemon. */
export async function cnmEngine(): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), "cnm-engine-"));
  const socket = join(folder, "cnm.sock");
  const program = await DaemonProgram.build();
  const options = { socket, state: join(folder, "state"), run: join(folder, "run"), logLevel: "warn" } as const;
  const daemon = await program.start(options, { ownHost: true });
  const client = createClient({ host: `unix://${socket}` });
  return {
    name: "cnm",
    socket,
    async start({ name, network, ip, aliases = [], ports = [], hostname, labels = {} }) {
      await client.run({
        Name: name,
        Cmd: SLEEP,
        Networks: [{ Network: network, Aliases: aliases, ...(ip === undefined ? {} : { Ip: ip }) }],
        Ports: ports,
        Labels: labels,
        ...(hostname === undefined ? {} : { Hostname: hostname }),
      });
    },
    async serviceNetwork(name, subnet) {
      await client.createNetwork({ Name: name, IPAM: { Config: [{ Subnet: subnet }] } });
    },
    async staff(service, tasks) {
      for (let number = 1; number <= tasks; number++) {
        await client.run({ Name: `${service}${number}`, Cmd: SLEEP, Networks: [{ Service: service }] });
      }
    },
    async close() {
      for (const { Id } of await client.sandboxes()) await client.removeSandbox(Id, true);
      await client.close();
      await daemon.stop();
      await program.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
