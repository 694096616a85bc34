import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface DockerEngine {
  readonly client: EngineClient;
  /** Stops the daemon, and removes what it had. Containers are removed before. */
  close(): Promise<void>;
}

/** Docker's own engine, in namespaces of its own, with an image `peerimage` that can sleep; `prefix` goes before its command. */
export async function dockerEngine(prefix: readonly string[] = []): Promise<DockerEngine> {
  const folder = mkdtempSync(join(tmpdir(), "cnm-bench-docker-"));
  const socket = join(folder, "docker.sock");
  const daemon = startDaemon(folder, socket, prefix);
  const client = new EngineClient(socket);
  await client.ready(daemon);
  await client.import(rootfs(folder));
  return {
    client,
    async close() {
      client.close();
      const ended = once(daemon, "exit");
      // taskset(1) and unshare(1) have become dockerd: the signal reaches it.
      daemon.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

function startDaemon(folder: string, socket: string, prefix: readonly string[]): ChildProcess {
  const log = openSync(join(folder, "log"), "w");
  const paths = ["--data-root", join(folder, "data"), "--exec-root", join(folder, "exec"), "-p", join(folder, "pid")];
  const apart = ["unshare", "-n", "-m", "--propagation", "private"];
  const options = ["-H", `unix://${socket}`, "--userland-proxy=false", "--storage-driver", "vfs"];
  const [program = "", ...args] = [...prefix, ...apart, "dockerd", ...paths, ...options];
  return spawn(program, args, { stdio: ["ignore", log, log] });
}

/** A root file system of one static program, as a tar stream. */
function rootfs(folder: string): Buffer {
  const tree = join(folder, "rootfs");
  mkdirSync(join(tree, "bin"), { recursive: true });
  copyFileSync("/usr/bin/busybox", join(tree, "bin/busybox"));
  symlinkSync("busybox", join(tree, "bin/sleep"));
  return execFileSync("tar", ["-C", tree, "-c", "."], { maxBuffer: 64 << 20 });
}

export class EngineClient {
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

  async import(image: Buffer): Promise<void> {
    await this.#call("POST", "/images/create?fromSrc=-&repo=peerimage", image, "application/x-tar");
  }

  async get(path: string): Promise<unknown> {
    return JSON.parse(await this.#call("GET", path));
  }

  async post(path: string, body?: unknown): Promise<void> {
    await this.#call("POST", path, body === undefined ? undefined : Buffer.from(JSON.stringify(body)));
  }

  async delete(path: string): Promise<void> {
    await this.#call("DELETE", path);
  }

  close(): void {
    this.#agent.destroy();
  }

  #call(method: string, path: string, body?: Buffer, type = "application/json"): Promise<string> {
    return new Promise((resolve, reject) => {
      const headers = body === undefined ? {} : { "content-type": type, "content-length": body.length };
      const call = request({ socketPath: this.#socket, agent: this.#agent, method, path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          if ((response.statusCode ?? 500) < 300) resolve(Buffer.concat(chunks).toString());
          else reject(new Error(`dockerd ${method} ${path}: ${response.statusCode} ${Buffer.concat(chunks)}`));
        });
      });
      call.on("error", reject);
      call.end(body);
    });
  }
}
