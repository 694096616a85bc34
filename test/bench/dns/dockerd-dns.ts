import { dockerEngine } from "../peers/docker-engine.ts";
import { type DnsPeer, LOCAL_NAME, onServerCore } from "./dns-peer.ts";
import { SILENT_SERVER } from "./silent-server.ts";

/** Docker's embedded resolver, asked from inside a container on a user-defined network for the container's own name. */
export async function dockerdDns(): Promise<DnsPeer> {
  const engine = await dockerEngine(onServerCore);
  const { client } = engine;
  await client.post("/networks/create", { Name: "web", Driver: "bridge" });
  await client.post(`/containers/create?name=${LOCAL_NAME}`, {
    Image: "peerimage",
    Cmd: ["/bin/sleep", "3600"],
    HostConfig: { NetworkMode: "web", Dns: [SILENT_SERVER] },
  });
  await client.post(`/containers/${LOCAL_NAME}/start`);
  const found = (await client.get(`/containers/${LOCAL_NAME}/json`)) as { readonly State: { readonly Pid: number } };
  const namespacePath = `/proc/${found.State.Pid}/ns/net`;
  return {
    name: "dockerd",
    namespacePath,
    server: "127.0.0.11",
    askerPath: namespacePath,
    async close() {
      await client.delete(`/containers/${LOCAL_NAME}?force=true`);
      await engine.close();
    },
  };
}
