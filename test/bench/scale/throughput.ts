import { type ChildProcess, execFile } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { type Namespace, spawnInNamespace } from "@cnm/linux";

/** `iperf3` serves in a sandbox until it is killed. */
export async function serveIperf(path: string, port: number): Promise<ChildProcess> {
  const args = ["--server", "--port", String(port), "--forceflush"];
  const server = spawnInNamespace(path, "iperf3", args, { stdio: ["ignore", "pipe", "inherit"] });
  if (server.stdout === null) throw new Error("iperf3 has no output");
  for await (const line of createInterface(server.stdout)) if (line.includes("listening")) return server;
  throw new Error("iperf3 does not listen");
}

/** Bits per second from the client's namespace to the address, as the receiver counts them. */
export async function throughput(client: Namespace, address: string, port: number, seconds: number): Promise<number> {
  const args = ["--client", address, "--port", String(port), "--time", String(seconds), "--json"];
  const { stdout } = await client.enter(() => ({ running: promisify(execFile)("iperf3", args) })).running;
  const { end } = JSON.parse(stdout) as { end: { sum_received: { bits_per_second: number } } };
  return end.sum_received.bits_per_second;
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}
