import type { DaemonContext } from "../context.ts";
import { RESOLVER } from "../dns/dns-service.ts";
import { infos } from "../find/read-state.ts";
import { DEFAULT_NETWORK } from "../host/default-network.ts";

/** What a sandbox's programs find in /etc, as things are now; and with it, that its resolver answers. */
export async function writeSandboxFiles(
  { cnm, files, dns, resolvConf }: Pick<DaemonContext, "cnm" | "files" | "dns" | "resolvConf">,
  id: string,
): Promise<void> {
  await files.write(id, async () => {
    const handle = await cnm.sandbox(id);
    await dns.ready(handle.id);
    const wayOut = await (await cnm.network(DEFAULT_NETWORK)).info();
    return {
      sandbox: await handle.info(),
      endpoints: await infos(await handle.endpoints()),
      // Docker's "host-gateway": the host, as sandboxes on the default bridge reach it.
      hostGateways: wayOut.ipam.pools.flatMap(({ gateway }) => (gateway === undefined ? [] : [gateway])),
      resolvers: dns.serves(handle.id) ? [RESOLVER] : [],
      resolvConf: resolvConf.current,
    };
  });
}
