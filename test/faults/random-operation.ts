import { CnmError, type Controller } from "@cnm/core";

const NETWORKS = ["red", "green", "blue"];
const SANDBOXES = ["a", "b", "c", "d", "e", "f"];
const FIRST_PORT = 8000;
const PORTS = 12;

/** Does one thing that a user might do now. Refusals are part of the game; other errors are thrown. */
export async function randomOperation(controller: Controller, random: () => number): Promise<void> {
  const pick = <T>(of: readonly T[]): T => {
    const found = of[Math.floor(random() * of.length)];
    if (found === undefined) throw new Error("picked from nothing");
    return found;
  };
  try {
    await pick([createNetwork, createSandbox, join, join, join, leave, leave, removeSandbox, removeNetwork])();
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }

  async function createNetwork(): Promise<void> {
    await controller.createNetwork({ name: pick(NETWORKS), ipv6: random() < 0.5 });
  }

  async function createSandbox(): Promise<void> {
    await controller.createSandbox({ name: pick(SANDBOXES) });
  }

  async function join(): Promise<void> {
    const sandbox = await controller.sandbox(pick(SANDBOXES));
    const port = FIRST_PORT + Math.floor(random() * PORTS);
    await sandbox.join(pick(NETWORKS), random() < 0.7 ? { ports: [`${port}:80/tcp`] } : {});
  }

  async function leave(): Promise<void> {
    const sandbox = await controller.sandbox(pick(SANDBOXES));
    await pick([...(await sandbox.endpoints()), undefined])?.leave();
  }

  async function removeSandbox(): Promise<void> {
    await (await controller.sandbox(pick(SANDBOXES))).remove();
  }

  async function removeNetwork(): Promise<void> {
    await (await controller.network(pick(NETWORKS))).remove();
  }
}

const REFUSALS: readonly string[] = ["not-found", "conflict", "forbidden"];

const isRefusal = (error: unknown): boolean => error instanceof CnmError && REFUSALS.includes(error.kind);
