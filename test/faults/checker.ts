import type { Controller } from "@cnm/core";
import { Conversation } from "../support/conversation.ts";
import { run, type TestHost } from "../support/host.ts";
import { checkModel, foundThings } from "./check-model.ts";
import { compare } from "./compare.ts";
import type { Model } from "./model.ts";
import { openController } from "./open-controller.ts";
import { OpenNamespaces } from "./open-namespaces.ts";
import { NOTHING, type Records, vethOf } from "./records.ts";
import type { Sight, Subject } from "./subject.ts";
import { type Places, trafficPaths, type Walk } from "./traffic-paths.ts";
import { balancedPorts } from "./witness/balanced-ports.ts";
import { flows } from "./witness/flows.ts";
import { type Forwarding, forwarding } from "./witness/forwarding.ts";
import { heldPorts } from "./witness/held-ports.ts";
import { hostLinks } from "./witness/host-links.ts";
import { iptables } from "./witness/iptables.ts";
import { names } from "./witness/names.ts";
import { nftables } from "./witness/nftables.ts";
import { pins } from "./witness/pins.ts";
import { sandboxFlows } from "./witness/sandbox-flows.ts";
import { sandboxLinks } from "./witness/sandbox-links.ts";
import { segmentLinks } from "./witness/segment-links.ts";

export interface CheckerParts {
  readonly host: TestHost;
  readonly neighbour: Places["neighbour"];
  readonly foreign: readonly string[];
  readonly subject: Subject;
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
    const { subject } = this.#parts;
    const sight = await subject.look().catch((error: unknown) => `it does not start again: ${String(error)}`);
    if (typeof sight === "string") return { findings: [sight], spoilt: false, paths: 0, finished: 0, undone: 0 };
    await using _ = sight;
    return await this.#check(model, sight, sabotage);
  }

  async #check(model: Model, sight: Sight, sabotage: boolean): Promise<Verdict> {
    const { predefined } = this.#parts.subject;
    const { records } = sight;
    const made = { ...records, networks: records.networks.filter(({ name }) => !predefined.includes(name)) };
    const always = records.networks.map(({ name }) => name).filter((name) => predefined.includes(name));
    const spoilt = sabotage && spoil(sight);
    const { findings, paths } = await this.#witnesses(records);
    const all = [
      ...sight.complaints,
      ...compare("networks that are always there", predefined, always),
      ...checkModel(model, made),
      ...findings,
    ];
    return { findings: all, spoilt, paths, ...model.settle(foundThings(made)) };
  }

  /** Takes everything down, and looks whether the host is as before. */
  async finish(): Promise<readonly string[]> {
    const { subject } = this.#parts;
    await subject.close();
    await using controller = await openController(subject.directories);
    await removeAll(controller);
    const { findings } = await this.#witnesses(NOTHING);
    return findings.map((finding) => `at the end, ${finding}`);
  }

  async #witnesses({ networks, ...others }: Records): Promise<Walk> {
    const { host, neighbour, foreign, subject, before } = this.#parts;
    const { directories } = subject;
    // Those of other drivers have nothing of their own on the host.
    const records = { ...others, networks: networks.filter(({ driver }) => driver === "bridge") };
    using namespaces = new OpenNamespaces(host);
    const firewall = directories.firewall === "nftables" ? nftables : iptables;
    // Before the servers, whose sockets would keep namespaces alive.
    const findings = [
      ...pins(records, directories.run),
      ...forwarding(records, before),
      ...heldPorts(records),
      ...(await hostLinks(records, host.namespace)),
      ...(await sandboxLinks(records, foreign, namespaces)),
      ...(await segmentLinks(records, directories.run, namespaces)),
      ...(await firewall(records, host.namespace)),
      ...(await balancedPorts(records, host.namespace, foreign, namespaces)),
      ...(await flows(records, host.namespace)),
      ...(await sandboxFlows(records, namespaces)),
      ...(subject.answersNames ? await names(records, namespaces) : []),
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
function spoil({ records: { endpoints, services }, hold }: Sight): boolean {
  const victim = endpoints.find(({ endpoint }) => endpoint.segment === undefined);
  const balances = services.some(({ bindings }) => bindings.length > 0);
  if (victim === undefined && !balances) return false;
  hold();
  if (balances) run("nft", ["delete", "table", "inet", "cnm-services"]);
  if (victim !== undefined) run("ip", ["link", "delete", vethOf(victim.endpoint)]);
  return true;
}

async function removeAll(controller: Controller): Promise<void> {
  for (const service of await controller.services()) await service.remove();
  for (const sandbox of await controller.sandboxes()) await sandbox.remove();
  for (const network of await controller.networks()) await network.remove();
}
