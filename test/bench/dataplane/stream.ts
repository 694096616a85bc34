import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Side } from "./sides.ts";

export interface Stream {
  /** As the receiver counts them. */
  readonly gigabitsPerSecond: number;
  /** For each second of a processor that the two ends had: what others do on the machine meanwhile is not in it. */
  readonly gigabitsPerProcessorSecond: number;
}

interface IperfReport {
  readonly error?: string;
  readonly end: {
    readonly sum_received: { readonly bits_per_second: number };
    readonly cpu_utilization_percent: { readonly host_total: number; readonly remote_total: number };
  };
}

/** One TCP stream for a second. */
export async function stream({ client, address }: Pick<Side, "client" | "address">, port: number): Promise<Stream> {
  const args = ["--client", address, "--port", String(port), "--time", "1", "--json"];
  const { stdout } = await client.enter(() => ({ running: promisify(execFile)("iperf3", args) })).running;
  const { end, error } = JSON.parse(stdout) as IperfReport;
  if (error !== undefined) throw new Error(`iperf3 to ${address} port ${port}: ${error}`);
  const gigabitsPerSecond = end.sum_received.bits_per_second / 1e9;
  const { host_total, remote_total } = end.cpu_utilization_percent;
  return { gigabitsPerSecond, gigabitsPerProcessorSecond: (gigabitsPerSecond * 100) / (host_total + remote_total) };
}
