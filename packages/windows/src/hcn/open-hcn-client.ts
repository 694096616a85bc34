import { CnmError, ObjectTurns } from "@cnm/core";
import * as v from "valibot";
import { guidBytes } from "../ffi/guid-bytes.ts";
import { type LibraryPaths, windowsLibraries } from "../ffi/windows-libraries.ts";
import { abortable } from "./client/abortable.ts";
import { HcnCalls } from "./client/hcn-calls.ts";
import { type Create, hcnObjects } from "./client/hcn-objects.ts";
import { getFromHns } from "./client/hns-v1.ts";
import { ENDPOINT, LOAD_BALANCER, NAMESPACE, NETWORK, ROUTE } from "./client/kinds.ts";
import { namespacesOfAnyAge } from "./client/namespaces-of-any-age.ts";
import { ServiceWatch } from "./client/service-watch.ts";
import type { WantedEndpoint } from "./endpoint.ts";
import { requireFeature } from "./features.ts";
import { GUID_NULL } from "./guid.ts";
import type { HcnClient } from "./hcn-client.ts";
import { count } from "./schema/fields.ts";
import { jsonText } from "./schema/json-text.ts";
import { readDocument } from "./schema/read-document.ts";
import { endpointStatistics } from "./statistics.ts";

export interface HcnClientOptions {
  /** For tests. */
  readonly libraries?: LibraryPaths;
}

const versionDocument = v.object({ Major: count, Minor: count });

/**
 * The Host Networking Service of this machine, by computenetwork.dll.
 * Throws CnmError `unsupported` "library-missing" where Windows has no container networking, "hns-version" where it is older
 * than Server 2019; HcnError `unavailable` when the service does not run.
 */
export async function openHcnClient({ libraries = {} }: HcnClientOptions = {}): Promise<HcnClient> {
  const { koffi, computenetwork, vmcompute } = windowsLibraries(libraries);
  const version = readDocument(
    "HNS version",
    versionDocument,
    jsonText(await getFromHns(vmcompute, "/globals/version")),
  );
  requireFeature(version, "V2Api", "cnm");
  const watch = await ServiceWatch.open({ koffi, library: computenetwork });
  const calls = new HcnCalls(computenetwork);
  const turns = new ObjectTurns();
  const parts = { calls, turns, version };

  /** An endpoint is made through the handle of its network. */
  const endpointCreate = ({ HostComputeNetwork }: WantedEndpoint): Create => {
    const { open, close } = NETWORK.functions;
    const subject = { what: `network ${HostComputeNetwork}` };
    return (request, { what }, work) =>
      calls.withHandle([open, close], subject, [guidBytes(HostComputeNetwork)], (network) =>
        calls.withHandle(
          ["HcnCreateEndpoint", "HcnCloseEndpoint"],
          { what, request },
          [network, guidBytes(GUID_NULL), request],
          work,
        ),
      );
  };

  const loadBalancers: HcnClient["loadBalancers"] = hcnObjects(parts, LOAD_BALANCER);
  let closed = false;
  return {
    version,
    networks: hcnObjects(parts, NETWORK),
    endpoints: hcnObjects(parts, ENDPOINT, endpointCreate),
    namespaces: namespacesOfAnyAge(hcnObjects(parts, NAMESPACE)),
    loadBalancers: {
      ...loadBalancers,
      async modify(id, wanted, options) {
        requireFeature(version, "ModifyLoadBalancer", `changing load balancer ${id}`);
        await loadBalancers.modify(id, wanted, options);
      },
    },
    routes: hcnObjects(parts, ROUTE),

    endpointStatistics: (id, options) =>
      abortable(options?.signal, async () => {
        const output = await getFromHns(vmcompute, `/endpointstats/${id}`);
        return readDocument(`statistics of endpoint ${id}`, endpointStatistics, jsonText(output));
      }),

    notifications: (options) => watch.subscribe(options),

    async close() {
      if (closed) return;
      closed = true;
      await turns.idle();
      await calls.idle();
      await watch.close();
      if (calls.openHandles > 0) {
        throw new CnmError("internal", "hcn-handles", `${calls.openHandles} HCN handles are still open`);
      }
    },
  };
}
