import type { WitnessedPort } from "@cnm/core/testing";
import type { Namespace } from "@cnm/linux";
import { run } from "../../support/host.ts";

/** Where `ipvsadm -Ln` sees a virtual port lead to. */
export function ipvsWitness(
  namespace: Namespace,
  { address, protocol, port }: WitnessedPort,
): Readonly<Record<string, number>> | undefined {
  const [, ...listed] = run("ipvsadm", ["-Ln"], namespace).split(/^(?=TCP|UDP)/m);
  const name = `${address.includes(":") ? `[${address}]` : address}:${port}`;
  const found = listed.map(words).find(([head]) => head?.[0] === protocol.toUpperCase() && head[1] === name);
  return found === undefined ? undefined : Object.fromEntries(found.slice(1).flatMap(share));
}

const words = (service: string): readonly (readonly string[])[] =>
  service
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));

/** `-> 10.7.0.2:80 Masq 1 0 0` */
function share([, task = "", method, weight]: readonly string[]): readonly (readonly [task: string, share: number])[] {
  if (method !== "Masq") throw new Error(`${task} is reached by ${method}, not by translation`);
  const [, address, port] = /^\[?(.+?)\]?:(\d+)$/.exec(task) ?? [];
  return Number(weight) > 0 ? [[`${address} ${port}`, Number(weight)]] : [];
}
