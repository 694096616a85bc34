import { dockerEngine } from "../peers/docker-engine.ts";
import type { Peer } from "./peer.ts";

const CONTAINER = "peer1";

/**
 * Docker: a running container with a published port on an internal network is connected to a bridge network, which makes
 * that the gateway and publishes the port; and disconnected again.
 */
export async function dockerdPeer(): Promise<Peer> {
  const engine = await dockerEngine();
  const { client } = engine;
  await client.post("/networks/create", { Name: "inside", Driver: "bridge", Internal: true });
  await client.post("/networks/create", { Name: "outside", Driver: "bridge" });
  await client.post(`/containers/create?name=${CONTAINER}`, {
    Image: "peerimage",
    Cmd: ["/bin/sleep", "3600"],
    ExposedPorts: { "80/tcp": {} },
    HostConfig: { NetworkMode: "inside", PortBindings: { "80/tcp": [{ HostPort: "8080" }] } },
  });
  await client.post(`/containers/${CONTAINER}/start`);

  return {
    name: "dockerd",
    join: () => client.post("/networks/outside/connect", { Container: CONTAINER }),
    leave: () => client.post("/networks/outside/disconnect", { Container: CONTAINER }),
    async close() {
      await client.delete(`/containers/${CONTAINER}?force=true`);
      await engine.close();
    },
  };
}
