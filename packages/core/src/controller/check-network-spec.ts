import type { NetworkDraft, PlanningDriver } from "../contracts/driver.ts";
import { CnmError, invalidOptions } from "../errors/cnm-error.ts";
import { newNetworkId } from "../model/ids.ts";
import type { NetworkSpec } from "../options/network-spec.ts";
import { type PoolWish, parseNetworkSpec } from "../options/parse-network-spec.ts";
import type { Context } from "./context.ts";

export interface CheckedNetwork {
  readonly draft: NetworkDraft;
  readonly driver: PlanningDriver;
  readonly wishes: readonly PoolWish[];
}

/**
 * Everything about a network that can be said before addresses are settled.
 * @throws CnmError `invalid` that lists every fault; `not-found` for a driver or IPAM driver that is not there.
 */
export function checkNetworkSpec({ planner, ipam, defaults }: Context, spec: NetworkSpec): CheckedNetwork {
  const { request, faults, sound } = parseNetworkSpec(spec, defaults);
  const what = request.name === "" ? "network" : `network ${request.name}`;
  const driver = planner.findDriver(request.driver);
  if (driver === undefined) throw noDriver(what, request.driver, planner.driverNames(), faults);

  const { pools, ...ipamRequest } = request.ipam;
  const draft: NetworkDraft = {
    ...request,
    schema: 1,
    id: newNetworkId(),
    scope: driver.scope,
    created: new Date().toISOString(),
    ipam: { ...ipamRequest, driver: ipamRequest.driver ?? driver.defaultIpam },
    pools,
  };
  const driverFaults = sound ? driver.networkFaults(draft) : [];
  const all = [...faults, ...driverFaults];
  if (all.length > 0) throw invalidOptions(what, all);
  ipam.get(draft.ipam.driver);
  return { draft, driver, wishes: pools };
}

function noDriver(what: string, name: string, known: readonly string[], faults: readonly string[]): CnmError {
  const fault = `there is no driver ${JSON.stringify(name)}; this host has ${known.join(", ")}`;
  if (faults.length > 0) return invalidOptions(what, [...faults, fault]);
  return new CnmError("not-found", "no-such-driver", `${what}: ${fault}`);
}
