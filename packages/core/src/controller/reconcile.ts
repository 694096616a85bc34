import type { CallOptions } from "../contracts/platform.ts";
import { CnmError } from "../errors/cnm-error.ts";
import { formatOwner, type OwnerRef } from "../model/owner.ts";
import type { Change, Resource } from "../model/resource.ts";
import { applyByOwner, type Failures } from "./apply-by-owner.ts";
import { catchUpServices } from "./catch-up-services.ts";
import { changeOf } from "./compare-state.ts";
import type { Context } from "./context.ts";
import { isEmpty } from "./diff-plans.ts";
import { forgetLost } from "./forget-lost.ts";
import { holdPorts } from "./hold-ports.ts";
import { reasonOf, severalErrors } from "./operation-error.ts";
import { putEndpoint } from "./record-changes.ts";
import { settleGateways } from "./settle-gateways.ts";
import { settlePending } from "./settle-pending.ts";
import { type Survey, surveyHost } from "./survey.ts";

export interface ReconcileOptions extends CallOptions {
  /** Only say what would be done. Default: false. */
  readonly dryRun?: boolean;
}

/**
 * Makes the host match the model: finishes what was interrupted, removes what is not ours to have, mends what differs.
 * Returns what was changed on the host.
 *
 * @throws CnmError that tells everything that could not be mended, after all else was.
 */
export function reconcile(context: Context, { dryRun = false, ...options }: ReconcileOptions = {}): Promise<Change> {
  if (dryRun) return context.locks.alone(async () => wholeChange(context, await surveyHost(context, options)));
  const reconciled = context.locks.alone(async () => {
    const { change, failures } = await reconcileAlone(context, options);
    if (failures.length > 0) throw severalErrors("the host cannot be made as it should be", failures);
    return change;
  });
  return reconciled.finally(() => catchUpServices(context));
}

export interface Reconciliation {
  readonly change: Change;
  readonly failures: readonly unknown[];
}

/** For whoever runs alone. */
export async function reconcileAlone(context: Context, options: CallOptions): Promise<Reconciliation> {
  const gateways = settleGateways(context);
  const { change, failures } = await mend(context, gateways.change, options);
  for (const endpoint of context.index.endpoints()) {
    if (!failures.has(formatOwner({ kind: "endpoint", id: endpoint.id }))) context.services.toldAll(endpoint);
  }
  const passed = gateways.endpoints.filter(({ id }) => !failures.has(formatOwner({ kind: "endpoint", id })));
  context.writer.writeLater(passed.map(putEndpoint));
  const all = [...failures.values(), ...(await settlePending(context, failures)), ...(await holdPorts(context))];
  for (const failure of all) context.logger.error({ err: failure }, `not reconciled: ${reasonOf(failure)}`);
  if (!isEmpty(change)) context.emit("repair", { change });
  return { change, failures: all };
}

/** An object may only show that it is wrong once the one that it stands on is mended. */
const MOST_TRIES = 3;

async function mend(
  context: Context,
  unseen: Change,
  options: CallOptions,
): Promise<{ readonly change: Change; readonly failures: Failures }> {
  const remove: Resource[] = [];
  const add: Resource[] = [];
  let failures: Failures = new Map();
  for (let tries = 0; ; tries++) {
    const survey = await surveyHost(context, options);
    await forgetLost(context, survey.lost);
    const change = tries === 0 ? wholeChange(context, survey, unseen) : changeOf(survey.differences);
    if (isEmpty(change)) return { change: { remove, add }, failures: new Map() };
    if (tries === MOST_TRIES)
      return { change: { remove, add }, failures: new Map([...remaining(change), ...failures]) };
    failures = await applyByOwner(context.platform, change, options);
    remove.push(...change.remove);
    add.push(...change.add);
  }
}

/** What differs still, though the platform said that it had mended it. */
function remaining({ remove, add }: Change): Failures {
  const message = (key: string) => `${key} is not as it should be, however often it is mended`;
  return new Map(
    [...remove, ...add].map(({ owner, key }) => [
      formatOwner(owner),
      new CnmError("internal", "not-mended", message(key)),
    ]),
  );
}

const NOTHING: Change = { remove: [], add: [] };

/** Differences, and besides whatever interrupted operations have to do that cannot be seen on the host. */
function wholeChange(
  { index, platform }: Context,
  { wanted, departing, differences }: Survey,
  unseen: Change = NOTHING,
): Change {
  const seen = changeOf(differences);
  const leaving = new Map(departing.map((resource) => [resource.key, resource]));
  const isPending = (owner: OwnerRef) => owner.kind === "endpoint" && index.endpoint(owner.id)?.state === "pending";
  const pending = wanted.filter((resource) => !platform.observable(resource) && isPending(resource.owner));
  return {
    // The plan knows more of an object than the host shows: what was there before it.
    remove: [
      ...seen.remove.map((resource) => leaving.get(resource.key) ?? resource),
      ...without(seen.remove, [...departing, ...unseen.remove]),
    ],
    add: [...seen.add, ...without(seen.add, [...pending, ...unseen.add])],
  };
}

/** One of each key that the others have not. */
function without(others: readonly Resource[], resources: readonly Resource[]): readonly Resource[] {
  const known = new Set(others.map(({ key }) => key));
  return [...new Map(resources.map((resource) => [resource.key, resource])).values()].filter(
    ({ key }) => !known.has(key),
  );
}
