import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Peer } from "./peer.ts";

const CONTAINER = "peer1";

/**
 * Docker's own engine, in namespaces of its own: a running container with a published port on an internal network is
 * connected to a bridge network, which makes that the gateway and publishes the port; and disconnected again.
 */
export async function dockerdPeer(): Promise<Peer> {
  const folder = mkdtempSync(join(tmpdir(), "cnm-bench-docker-"));
  const socket = join(folder, "docker.sock");
  const daemon = startDaemon(folder, socket);
  const engine = new EngineClient(socket);
  await engine.ready(daemon);
  await engine.import(rootfs(folder));
  await engine.post("/networks/create", { Name: "inside", Driver: "bridge", Internal: true });
  await engine.post("/networks/create", { Name: "outside", Driver: "bridge" });
  await engine.post(`/containers/create?name=${CONTAINER}`, {
    Image: "peerimage",
    Cmd: ["/bin/sleep", "3600"],
    ExposedPorts: { "80/tcp": {} },
    HostConfig: { NetworkMode: "inside", PortBindings: { "80/tcp": [{ HostPort: "8080" }] } },
  });
  await engine.post(`/containers/${CONTAINER}/start`);

  return {
    name: "dockerd",
    join: () => engine.post("/networks/outside/connect", { Container: CONTAINER }),
    leave: () => engine.post("/networks/outside/disconnect", { Container: CONTAINER }),
    async close() {
      await engine.delete(`/containers/${CONTAINER}?force=true`);
      engine.close();
      const ended = once(daemon, "exit");
      // unshare(1) has become dockerd: the signal reaches it.
      daemon.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

function startDaemon(folder: string, socket: string): ChildProcess {
  const log = openSync(join(folder, "log"), "w");
  const paths = ["--data-root", join(folder, "data"), "--exec-root", join(folder, "exec"), "-p", join(folder, "pid")];
  return spawn(
    "unshare",
    [
      "-n",
      "-m",
      "--propagation",
      "private",
      "dockerd",
      ...paths,
      "-H",
      `unix://${socket}`,
      "--userland-proxy=false",
      "--storage-driver",
      "vfs",
    ],
    { stdio: ["ignore", log, log] },
  );
}

/** A root file system of one static program, as a tar stream. */
function rootfs(folder: string): Buffer {
  const tree = join(folder, "rootfs");
  mkdirSync(join(tree, "bin"), { recursive: true });
  copyFileSync("/usr/bin/busybox", join(tree, "bin/busybox"));
  symlinkSync("busybox", join(tree, "bin/sleep"));
  return execFileSync("tar", ["-C", tree, "-c", "."], { maxBuffer: 64 << 20 });
}

class EngineClient {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  async ready(daemon: ChildProcess): Promise<void> {
    while (!existsSync(this.#socket)) {
      if (daemon.exitCode !== null) throw new Error(`dockerd ended with status ${daemon.exitCode}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await this.#call("GET", "/_ping");
  }

  import(image: Buffer): Promise<void> {
    return this.#call("POST", "/images/create?fromSrc=-&repo=peerimage", image, "application/x-tar");
  }

  post(path: string, body?: unknown): Promise<void> {
    return this.#call("POST", path, body === undefined ? undefined : Buffer.from(JSON.stringify(body)));
  }

  delete(path: string): Promise<void> {
    return this.#call("DELETE", path);
  }

  close(): void {
    this.#agent.destroy();
  }

  #call(method: string, path: string, body?: Buffer, type = "application/json"): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = body === undefined ? {} : { "content-type": type, "content-length": body.length };
      const call = request({ socketPath: this.#socket, agent: this.#agent, method, path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          if ((response.statusCode ?? 500) < 300) resolve();
          else reject(new Error(`dockerd ${method} ${path}: ${response.statusCode} ${Buffer.concat(chunks)}`));
        });
      });
      call.on("error", reject);
      call.end(body);
    });
  }
}
