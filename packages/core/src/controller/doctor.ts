import type { CallOptions } from "../contracts/platform.ts";
import type { Finding } from "../model/finding.ts";
import type { OwnerRef } from "../model/owner.ts";
import type { Change, Resource } from "../model/resource.ts";
import { catchUpServices } from "./catch-up-services.ts";
import type { Difference } from "./compare-state.ts";
import type { Context } from "./context.ts";
import type { ModelIndex } from "./model-index.ts";
import { reasonOf, severalErrors } from "./operation-error.ts";
import { reconcileAlone } from "./reconcile.ts";
import { surveyHost } from "./survey.ts";

/** What is wrong with the host, and what works against us on it. Nothing is changed. */
export function doctor(context: Context, options: CallOptions = {}): Promise<readonly Finding[]> {
  return context.locks.alone(() => examine(context, options));
}

export interface Repair {
  /** What was wrong before. */
  readonly findings: readonly Finding[];
  readonly change: Change;
}

/**
 * Mends what {@link doctor} finds and can be mended.
 * @throws CnmError that tells everything that could not be mended, after all else was.
 */
export function repair(context: Context, options: CallOptions = {}): Promise<Repair> {
  const repaired = context.locks.alone(async () => {
    const findings = await examine(context, options);
    const { change, failures } = await reconcileAlone(context, options);
    if (failures.length > 0) throw severalErrors("the host cannot be mended", failures);
    return { findings, change };
  });
  return repaired.finally(() => catchUpServices(context));
}

async function examine(context: Context, options: CallOptions): Promise<readonly Finding[]> {
  const { platform, index, unheldPorts } = context;
  const { wanted, departing, differences, lost } = await surveyHost(context, options);
  const leaving = new Set(departing.map(({ key }) => key));
  return [
    ...lost.map(({ id, name, namespace }): Finding => {
      const message = `namespace ${namespace.path} of sandbox ${name} is gone`;
      const cause = "whoever made it removed it; repair() forgets the sandbox and its endpoints";
      const owner: OwnerRef = { kind: "sandbox", id };
      return { type: "missing", owner, object: "netns", key: namespace.path, message, cause, repairable: true };
    }),
    ...differences.map((difference) => toFinding(index, difference, leaving)),
    ...[...unheldPorts].flatMap(([id, error]) => portFinding(index, id, error)),
    ...(await platform.diagnose(wanted, options)),
  ];
}

function toFinding(index: ModelIndex, difference: Difference, leaving: ReadonlySet<string>): Finding {
  const resource = "wanted" in difference ? difference.wanted : difference.found;
  const { type } = difference;
  const { kind, key, owner } = resource;
  const unfinished = type === "unexpected" && leaving.has(key);
  return {
    type,
    owner,
    object: kind,
    key,
    message: describe(index, difference, resource),
    ...(unfinished ? { cause: "its removal is not finished" } : {}),
    repairable: true,
  };
}

function describe(index: ModelIndex, difference: Difference, { key, owner }: Resource): string {
  const what = `${key} of ${ownerText(index, owner)}`;
  switch (difference.type) {
    case "missing":
      return `${what} is missing`;
    case "changed":
      return `${what} is not as it should be: ${difference.detail}`;
    case "unexpected":
      return `${what} should not be there`;
  }
}

function ownerText(index: ModelIndex, { kind, id }: OwnerRef): string {
  if (kind === "host") return "the host";
  if (kind === "network") return `network ${index.networks.get(id)?.name ?? id}`;
  if (kind === "service") return `service ${index.services.get(id)?.name ?? id}`;
  if (kind === "sandbox") return `sandbox ${index.sandboxes.get(id)?.name ?? id}`;
  const endpoint = index.endpoint(id);
  if (endpoint === undefined) return `endpoint ${id}`;
  return `endpoint ${endpoint.name} on network ${index.networks.get(endpoint.networkId)?.name ?? endpoint.networkId}`;
}

function portFinding(index: ModelIndex, id: string, error: unknown): readonly Finding[] {
  const endpoint = index.endpoint(id);
  if (endpoint === undefined) return [];
  const ports = endpoint.ports.map(({ hostAddress, hostPort, protocol }) => `${hostAddress}:${hostPort}/${protocol}`);
  return [
    {
      type: "hazard",
      owner: { kind: "endpoint", id },
      object: "port-not-held",
      key: ports.join(","),
      message: `published ports of endpoint ${endpoint.name} are not kept from other processes: ${ports.join(", ")}`,
      ...(error === undefined ? {} : { cause: reasonOf(error) }),
      repairable: true,
    },
  ];
}
