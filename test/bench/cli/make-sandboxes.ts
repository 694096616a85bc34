import type { Client } from "@cnm/daemon/client";

/** `box<from>` to `box<to - 1>` on the network `crowd`, which is made with the first one. */
export async function makeSandboxes(client: Client, from: number, to: number): Promise<void> {
  if (from === 0) await client.createNetwork({ Name: "crowd", IPAM: { Config: [{ Subnet: "10.7.0.0/16" }] } });
  for (let number = from; number < to; number++) {
    const { Id } = await client.createSandbox({ Name: `box${number}` });
    await client.connectNetwork("crowd", Id);
  }
}
