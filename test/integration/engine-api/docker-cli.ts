import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Said {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The stock docker command line, talking to one daemon. */
export class DockerCli {
  readonly socket: string;
  /** Its configuration, which is nobody else's. */
  readonly #config = mkdtempSync(join(tmpdir(), "cnm-docker-config-"));
  readonly #version: string | undefined;

  /** @param version Of the API; absent: what client and daemon agree on. */
  constructor(socket: string, version?: string) {
    this.socket = socket;
    this.#version = version;
  }

  run(args: readonly string[]): Promise<Said> {
    const env: NodeJS.ProcessEnv = {
      PATH: process.env["PATH"],
      DOCKER_HOST: `unix://${this.socket}`,
      DOCKER_CONFIG: this.#config,
      ...(this.#version === undefined ? {} : { DOCKER_API_VERSION: this.#version }),
    };
    return new Promise((resolve, reject) => {
      execFile("docker", args, { env, maxBuffer: 16 << 20, timeout: 60_000 }, (error, stdout, stderr) => {
        if (error === null) resolve({ status: 0, stdout, stderr });
        else if (typeof error.code === "number") resolve({ status: error.code, stdout, stderr });
        else reject(error);
      });
    });
  }

  close(): void {
    rmSync(this.#config, { recursive: true, force: true });
  }
}
