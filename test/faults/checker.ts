import type { Controller } from "@cnm/core";
import { Conversation } from "../support/conversation.ts";
import { run, type TestHost } from "../support/host.ts";
import { checkModel, foundThings } from "./check-model.ts";
import type { Model } from "./model.ts";
import { type Directories, openController } from "./open-controller.ts";
import { OpenNamespaces } from "./open-namespaces.ts";
import { NOTHING, type Records, readRecords, vethOf } from "./records.ts";
import { type Places, trafficPaths, type Walk } from "./traffic-paths.ts";
import { balancedPorts } from "./witness/balanced-ports.ts";
import { flows } from "./witness/flows.ts";
import { type Forwarding, forwarding } from "./witness/forwarding.ts";
import { heldPorts } from "./witness/held-ports.ts";
import { hostLinks } from "./witness/host-links.ts";
import { iptables } from "./witness/iptables.ts";
import { nftables } from "./witness/nftables.ts";
import { pins } from "./witness/pins.ts";
import { sandboxFlows } from "./witness/sandbox-flows.ts";
import { sandboxLinks } from "./witness/sandbox-links.ts";

export interface CheckerParts {
  readonly host: TestHost;
  readonly neighbour: Places["neighbour"];
  readonly foreign: readonly string[];
  readonly directories: Directories;
  /** As it was before anything was done. */
  readonly before: Forwarding;
}

export interface Verdict {
  /** What is wrong. */
  readonly findings: readonly string[];
  /** Something was spoilt on purpose. */
  readonly spoilt: boolean;
  /** Operations that were cut off, and what the restart made of them. */
  readonly finished: number;
  readonly undone: number;
  /** Ways that traffic took. */
  readonly paths: number;
}

/** Starts again where a process died, and looks whether everything is as it was promised. */
export class Checker {
  readonly #parts: CheckerParts;

  constructor(parts: CheckerParts) {
    this.#parts = parts;
  }

  /** `sabotage`: spoil something, if there is anything. */
  async check(model: Model, sabotage: boolean): Promise<Verdict> {
    const errors: string[] = [];
    const log = (_: unknown, message: string): void => void errors.push(`logged: ${message}`);
    const logger = { debug: () => undefined, info: () => undefined, warn: log, error: log };
    await using controller = await openController(this.#parts.directories, { logger });
    const doctor = await controller.doctor();
    const records = await readRecords(controller);
    const spoilt = sabotage && spoil(records);
    const { findings, paths } = await this.#witnesses(records);
    const all = [
      ...errors,
      ...doctor.map(({ message }) => `doctor: ${message}`),
      ...checkModel(model, records),
      ...findings,
    ];
    return { findings: all, spoilt, paths, ...model.settle(foundThings(records)) };
  }

  /** Takes everything down, and looks whether the host is as before. */
  async finish(): Promise<readonly string[]> {
    const { directories } = this.#parts;
    await using controller = await openController(directories);
    await removeAll(controller);
    const { findings } = await this.#witnesses(NOTHING);
    return findings.map((finding) => `at the end, ${finding}`);
  }

  async #witnesses(records: Records): Promise<Walk> {
    const { host, neighbour, foreign, directories, before } = this.#parts;
    using namespaces = new OpenNamespaces(host);
    const firewall = directories.firewall === "nftables" ? nftables : iptables;
    // Before the servers, whose sockets would keep namespaces alive.
    const findings = [
      ...pins(records, directories.run),
      ...forwarding(records, before),
      ...heldPorts(records),
      ...(await hostLinks(records, host.namespace)),
      ...(await sandboxLinks(records, foreign, namespaces)),
      ...(await firewall(records, host.namespace)),
      ...(await balancedPorts(records, host.namespace, foreign, namespaces)),
      ...(await flows(records, host.namespace)),
      ...(await sandboxFlows(records, namespaces)),
    ];
    const talk = new Conversation();
    try {
      const walk = await trafficPaths(records, talk, { host: host.namespace, neighbour, namespaces });
      return { paths: walk.paths, findings: [...findings, ...walk.findings] };
    } finally {
      await talk.close();
    }
  }
}

/** Proves that the witnesses look: a link goes behind everybody's back, and so does where the host's ports lead. */
function spoil({ endpoints, services }: Records): boolean {
  const balances = services.some(({ bindings }) => bindings.length > 0);
  if (balances) run("nft", ["delete", "table", "inet", "cnm-services"]);
  const [victim] = endpoints;
  if (victim !== undefined) run("ip", ["link", "delete", vethOf(victim.endpoint)]);
  return balances || victim !== undefined;
}

async function removeAll(controller: Controller): Promise<void> {
  for (const service of await controller.services()) await service.remove();
  for (const sandbox of await controller.sandboxes()) await sandbox.remove();
  for (const network of await controller.networks()) await network.remove();
}
